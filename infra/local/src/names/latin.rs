//! Cultures that write in Latin letters.

use super::{Culture, Order, Place};

pub(super) const ENGLISH: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Aaron Abigail Adam Alice Amelia Anne-Marie Arthur Beatrice Bella Benjamin Caleb Charlie Charlotte \
        Chloe Daniel David Dylan Edward Eleanor Ella Emily Erin Ethan Evelyn Finlay Florence Freya George Georgia \
        Grace Hannah Harriet Harry Henry Holly Imogen Isla Jack Jacob James Jasmine Jessica Joseph Joshua Katie Leo \
        Liam Lily Lola Lucy Luke Mary-Jane Matilda Maya Megan Millie Molly Naomi Nathan Noah Oliver Olivia Oscar \
        Owen Poppy Rebecca Robert Rory Rosie Ruby Samuel Sarah Sean Sophie Theo Thomas Toby Victoria William Zoe",
    last_names: "Adams Allen Anderson Armstrong Atkinson Bailey Baker Barker Bell Bennett Brooks Butler Byrne \
        Campbell Carter Chambers Chapman Clarke Collins Cook Cooper Cox Crawford Cunningham D’Arcy Davies Dixon \
        Doyle Edwards Ellis Evans Ferguson Fisher Fletcher Foster Gallagher Gibson Graham Grant Gray Green Griffiths \
        Hall Hamilton Harrison Hart Hill Holmes Hudson Hughes Hunt Jackson Jenkins Johnston Jones Kelly Kennedy King \
        Lawrence Lewis Lloyd-Jones MacDonald Marshall Mason Matthews McCarthy McKenzie Mitchell Moore Morgan Murphy \
        Nicholson O’Brien O'Connor O’Donnell O'Hara O’Leary O’Neill O'Reilly O’Sullivan Palmer Parker Parry-Jones \
        Pearson Perry Phillips Powell Price Quinn Reid Reynolds Richardson Roberts Robinson Rogers Russell Scott \
        Shaw Simpson Smith Smith-Davies Spencer Stevens Stewart Sullivan Sutton Taylor Thompson Thomson Turner \
        Walker Walsh Ward Watson West Wilkinson Williams Wood Wright Young",
    places: &[
        Place { location: "London, United Kingdom", timezone: "Europe/London", language: "en" },
        Place { location: "Dublin, Ireland", timezone: "Europe/Dublin", language: "en" },
        Place { location: "Toronto, Canada", timezone: "America/Toronto", language: "en" },
        Place { location: "Melbourne, Australia", timezone: "Australia/Melbourne", language: "en" },
    ],
};

pub(super) const GERMAN: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Andreas Anja Anke Anna-Lena Annika Bärbel Bernd Birgit Björn Carla Christian Christoph Clara \
        Claudia Dieter Elisabeth Emil Eva Fabian Felix Finn Florian Franziska Friederike Gerd Gisela Greta Günter \
        Hannes Hans-Jürgen Hans-Peter Heike Helga Ida Ingrid Jan Jens Johanna Jonas Jörg Julia Jürgen Kai Karl \
        Karl-Heinz Katharina Käthe Klaus Lars Laura Lena Leon Lukas Maja Marie Marlene Matthias Max Mia Michael \
        Monika Moritz Nele Niklas Oskar Paula Petra Philipp Rainer Ronja Rüdiger Sabine Silke Sören Stefan Svenja \
        Theresa Thorsten Tobias Ulrike Ute Uwe Volker Wiebke Wolfgang",
    last_names: "Albrecht Arnold Bauer Baumann Beck Becker Berger Bergmann Böhm Böttcher Brandt Braun Busch Dietrich \
        Dreßler Ebert Engel Fischer Frank Friedrich Fröhlich Fuchs Gebhardt Götz Graf Groß Günther Haas Hahn Hansen \
        Hartmann Heinrich Herrmann Heß Hoffmann Horn Huber Jäger Jansen Jung Kaiser Kaufmann Keller Klein Koch \
        Köhler Krämer Kraus Krüger Kühn Kuhn Lang Lehmann Lorenz Löwe Ludwig Maier Martin Mayer Meier Meißner Meyer \
        Möller Müller Müller-Wagner Neumann Nußbaum Otto Peters Pfeiffer Pohl Preuß Richter Roth Sauer Schäfer \
        Schmidt Schmidt-Bauer Schmitt Schmitz Schneider Scholz Schreiber Schröder Schubert Schulte Schulz \
        Schulze-Hoffmann Schwarz Seidel Simon Sommer Stein Strauß Thomas Vogel Voß Wagner Walter Weber Weiß Werner \
        Winkler Winter Wolf Ziegler Zimmermann",
    places: &[
        Place { location: "Berlin, Germany", timezone: "Europe/Berlin", language: "de" },
        Place { location: "Hamburg, Germany", timezone: "Europe/Berlin", language: "de" },
        Place { location: "Vienna, Austria", timezone: "Europe/Vienna", language: "de-AT" },
    ],
};

pub(super) const FRENCH: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Adèle Agathe Alexandre Amélie Anaïs Anne-Laure Anne-Sophie Antoine Arnaud Aurélie Aurore Baptiste \
        Bérénice Camille Cécile Céline Chantal Chloé Clément Corentin Cyril Damien Edgar Élise Élodie Éloïse Émile \
        Emmanuel Étienne Eugénie Fabien Fabrice Florence François Frédéric Gaëlle Geneviève Grégoire Guillaume \
        Hélène Hugo Inès Isabelle Jean-Baptiste Jean-Luc Jean-Marc Jean-Pierre Jérôme Jules Julie Laëtitia Léa Léo \
        Loïc Louise Lucie Manon Marc-Antoine Margaux Marie-Claire Marie-Hélène Mathieu Maxime Mélanie Nathalie \
        Nicolas Noémie Océane Olivier Pascal Paul-Émile Pauline Philippe Quentin Raphaël Rémi Romain Sébastien \
        Solène Théo Thérèse Valérie Véronique Yves Zoé",
    last_names: "Adam André Arnaud Aubert Barbier Barré Bélanger Benoît Berger Bernard Bertrand Besnard Blanchard \
        Bonnet Bouchard Boulanger Bourgeois Boyer Brun Brunet Caron Carpentier Charpentier Chevalier Clément Colin \
        Collet Cordier D’Amours D’Aubigny David Delaunay Delorme Denis Deschamps D’Hondt Dubois Dufour Dumont Dupont \
        Dupuis Durand Étienne Fabre Faure Fontaine Fournier François Gagné Gaillard Garnier Gauthier Gérard Girard \
        Giraud Guérin Guillot Hébert Henry Hervé Huet Jacquet Joly Lacroix Lambert Langlois Laurent Lebœuf Leclerc \
        L’Écuyer Lefèvre Legrand Lemaître Leroux Lévesque L’Heureux Maillard Marchand Masson Ménard Mercier Meunier \
        Michel Millet Monnier Moreau Morin Noël Olivier Pelletier Perrin Petit Philippe Picard Poirier Prévost \
        Renaud Rey Richard Rivière Robert Roche Rousseau Roy Saint-Martin Saint-Pierre Tremblay Vasseur Verdier \
        Vidal",
    places: &[
        Place { location: "Lyon, France", timezone: "Europe/Paris", language: "fr" },
        Place { location: "Brussels, Belgium", timezone: "Europe/Brussels", language: "fr-BE" },
        Place { location: "Montréal, Canada", timezone: "America/Toronto", language: "fr-CA" },
    ],
};

pub(super) const SPANISH: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Adrián Agustín Alba Alberto Alejandra Alfonso Álvaro Ana Andrés Ángel Ángela Antonio Bárbara \
        Beatriz Begoña Belén Benjamín Blanca Camila Carlos Carmen Catalina César Concepción Cristina Cristóbal \
        Daniela Diego Elena Elías Emiliano Enrique Esperanza Estefanía Facundo Felipe Fernanda Francisco Gabriela \
        Germán Gonzalo Guadalupe Héctor Ignacio Inés Íñigo Isabel Iván Javier Jesús Jimena Joaquín Jorge José \
        Julieta Leonor Lorena Lourdes Lucía Luis Macarena Manuel María Marisol Martín Mateo Miguel Mónica Nicolás \
        Óscar Pablo Paloma Pilar Ramón Raúl Ricardo Rocío Rodrigo Rosario Rubén Salvador Sebastián Sergio Sofía \
        Teresa Tomás Valentina Verónica Víctor Ximena",
    last_names: "Acosta Aguilar Aguirre Alonso Álvarez Arias Ávila Ballesteros Benítez Bermúdez Blanco Bravo Cabrera \
        Calderón Campos Cano Carrasco Castillo Castro Contreras Cortés Crespo Cruz Delgado Díaz Domínguez Duarte \
        Durán Escobar Espinosa Esteban Fernández Ferrer Figueroa Flores Fuentes Gallardo Gálvez García Garrido Gil \
        Giménez Gómez González Guerrero Gutiérrez Hernández Herrera Hidalgo Ibáñez Ibarra Iglesias Jiménez Lara León \
        López Lozano Luna Maldonado Marín Márquez Martínez Medina Mejía Méndez Mendoza Miranda Molina Montero \
        Morales Moreno Muñoz Navarro Nieto Núñez Olivares Ordóñez Ortega Ortiz Pacheco Pardo Parra Peña Pérez Ponce \
        Prieto Quintana Ramírez Ramos Reyes Ríos Rivera Robles Rodríguez Rojas Romero Rubio Ruiz Salazar Sánchez \
        Santana Serrano Silva Solís Soto Suárez Torres Treviño Valdés Vargas Vázquez Vega Velasco Vicente Vidal \
        Yáñez Zúñiga",
    places: &[
        Place { location: "Valencia, Spain", timezone: "Europe/Madrid", language: "es" },
        Place {
            location: "Mexico City, Mexico",
            timezone: "America/Mexico_City",
            language: "es-MX",
        },
        Place {
            location: "Buenos Aires, Argentina",
            timezone: "America/Argentina/Buenos_Aires",
            language: "es-AR",
        },
    ],
};

pub(super) const PORTUGUESE: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Adriana Afonso Ágata Alexandre Alícia Amélia Ana André Ângela Antônio Aurora Bárbara Beatriz \
        Benedita Bernardo Bruna Caio Camila Carlos Cátia Cauã Cecília Cláudia Conceição Daniela Davi Débora Diogo \
        Eduarda Estêvão Fábio Fátima Felipe Filipa Francisco Gabriel Gonçalo Gustavo Hélder Helena Heloísa Iara Igor \
        Inês Íris Isadora Joana João Joaquim Jorge José Júlia Juliana Júlio Larissa Leonor Letícia Lívia Lúcia Luís \
        Luísa Mafalda Manuel Marcelo Márcia Margarida Maria Martim Matheus Mônica Natália Otávio Patrícia Paulo \
        Pedro Rafaela Renata Ricardo Rita Rodrigo Salomé Sebastião Sérgio Simão Sofia Sónia Tânia Teresa Thaís Tomás \
        Vinícius Vitória",
    last_names: "Abreu Aguiar Alencar Almeida Alves Amaral Andrade Antunes Araújo Assunção Ávila Azevedo Baptista \
        Barbosa Barros Bastos Batista Bezerra Borges Brandão Brito Câmara Campos Cardoso Carneiro Carvalho Castro \
        Chaves Coelho Conceição Cordeiro Correia Costa Couto Cunha D’Ávila Dias Domingues Duarte Esteves Faria \
        Fernandes Ferreira Figueiredo Fonseca Fontes Freitas Garcia Gomes Gonçalves Guimarães Henriques Jesus Leal \
        Leão Leite Lemos Lima Lopes Lourenço Macedo Machado Magalhães Maia Marques Martins Matos Medeiros Melo \
        Mendes Mendonça Miranda Monteiro Morais Moreira Moura Nascimento Neves Nóbrega Nogueira Nunes Oliveira \
        Pacheco Paixão Pereira Pimentel Pinto Pires Queirós Ramos Rebelo Reis Ribeiro Rocha Rodrigues Sá Salgado \
        Sampaio Santana Santos Serrão Silva Simões Soares Sousa Tavares Teixeira Torres Valente Vasconcelos Vaz \
        Veloso Vieira",
    places: &[
        Place { location: "Porto, Portugal", timezone: "Europe/Lisbon", language: "pt-PT" },
        Place { location: "São Paulo, Brazil", timezone: "America/Sao_Paulo", language: "pt-BR" },
    ],
};

/// Surnames that don't change with gender.
pub(super) const POLISH: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Adam Agnieszka Aleksandra Alicja Andrzej Anna Antoni Barbara Bartosz Beata Błażej Bogusław \
        Bolesław Bożena Bronisława Cezary Czesław Dagmara Daniel Dariusz Dominik Dorota Edyta Elżbieta Ewa Filip \
        Gabriela Grażyna Grzegorz Halina Hanna Irena Iwona Izabela Jacek Jakub Janusz Jarosław Jerzy Joanna Justyna \
        Kacper Kamil Karolina Katarzyna Kazimierz Krystyna Krzysztof Leszek Łucja Łukasz Maciej Magdalena Małgorzata \
        Marcin Marek Maria Mariusz Marta Mateusz Michał Mikołaj Mirosława Monika Natalia Oliwia Patryk Paulina Paweł \
        Piotr Przemysław Radosław Rafał Renata Robert Róża Sebastian Sławomir Stanisław Stanisława Szymon Tadeusz \
        Tomasz Urszula Wacław Wanda Weronika Wiesława Władysław Wojciech Żaneta Zbigniew Zdzisław Zofia Zuzanna",
    last_names: "Adamczyk Augustyniak Bąk Banaś Baran Bielak Bieniek Błaszczyk Borek Bugaj Chmiel Cichoń Cieślak \
        Ciołek Czajka Czech Dąbek Domagała Drozd Duda Dudek Dziedzic Frąckowiak Gajda Głąb Gołąb Góra Górniak \
        Grabarczyk Grzelak Guzik Ignaczak Janik Jankowiak Jarosz Jóźwiak Kaczmarek Kaczor Kania Karaś Kasprzak \
        Kędzior Klimczak Klimek Kłos Kołodziej Kopeć Kot Kowal Kowalczyk Kozak Kozieł Kozioł Krawczyk Król Kruk \
        Krupa Kubiak Kubik Kuś Łabędź Leśniak Lis Łoś Łuczak Maciejczyk Madej Majchrzak Małek Marciniak Marczak \
        Marzec Matuszak Mazur Michalak Michalczyk Mielczarek Mikołajczyk Mróz Musiał Niedźwiedź Nowak Nowak-Mazur \
        Olejniczak Owczarek Pająk Pawlak Pawlik Piątek Pietrzak Pietrzyk Płonka Przybyła Ptak Rak Ratajczak Rogala \
        Rybak Serafin Sikora Skiba Skowron Śliwa Ślusarczyk Sobczak Sowa Stachowiak Stasiak Stefaniak Stępień Święch \
        Szczepaniak Szewczyk Szymczak Tkaczyk Tomczak Urban Walczak Wawrzyniak Wilczek Wilk Włodarczyk Wnuk Wójcik \
        Woźniak Wrona Zając Żak Zawada Zięba Ziółko Żurek",
    places: &[
        Place { location: "Kraków, Poland", timezone: "Europe/Warsaw", language: "pl" },
        Place { location: "Gdańsk, Poland", timezone: "Europe/Warsaw", language: "pl" },
    ],
};

pub(super) const TURKISH: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Ahmet Ali Alper Arda Aslı Aylin Ayşe Azra Bahadır Barış Başak Berk Burak Büşra Çağla Çağrı Canan \
        Cansu Cem Defne Demet Deniz Derya Dilara Doğan Ebru Ece Eda Efe Elif Emine Emrah Emre Esra Eylül Fatma \
        Ferhat Fikret Fırat Furkan Gizem Gökçe Gökhan Gül Gülay Gülşah Hakan Hande Hasan Hatice Hüseyin İbrahim \
        İlayda Ilgın İlker İpek İrem Irmak Işık Işıl İsmail Kaan Kadir Kerem Kıvanç Leyla Mehmet Melis Merve Murat \
        Mustafa Nazlı Nilüfer Nurgül Oğuz Okan Ömer Onur Orhan Ozan Özge Özkan Özlem Pınar Selin Serkan Şeyma Sibel \
        Sıla Sinan Şule Tarık Tolga Tuğba Tülin Ufuk Umut Yağmur Yasemin Yiğit Yıldız Zeynep",
    last_names: "Acar Akar Akbaş Akgün Akın Aksoy Aksu Aktaş Alkan Altın Altun Arı Arslan Aslan Ateş Avcı Ay Aydın \
        Balcı Baş Başaran Bayraktar Bilgin Bozdağ Bozkurt Bulut Çağlar Çakır Çalışkan Can Çelik Çetin Ceylan Çolak \
        Coşkun Dağ Demir Demirci Deniz Dinç Doğan Duman Duran Durmuş Ekinci Er Erdem Erdoğdu Eren Ergün Ertürk Genç \
        Gök Güler Gündoğdu Gündüz Güneş Gür İnan İnce İpek Irmak Işık Işıklar Kaplan Kara Karabulut Karaca Karadağ \
        Karagöz Karakaş Karataş Kartal Kaya Keskin Kılıç Koç Koçak Korkmaz Köse Kurt Kuş Mutlu Öksüz Oral Orhan Öz \
        Özbek Özcan Özdemir Özer Özgür Özkan Öztürk Polat Sağlam Şahin Sarı Savaş Şeker Şen Şimşek Sönmez Soylu Tan \
        Taş Tekin Topal Toprak Tuna Tunç Turan Turhan Türkmen Uçar Ülker Ünal Uysal Uzun Vural Yalçın Yaman Yaşar \
        Yavuz Yiğit Yıldırım Yıldız Yılmaz Yüksel Zengin",
    places: &[
        Place { location: "Istanbul, Türkiye", timezone: "Europe/Istanbul", language: "tr" },
        Place { location: "İzmir, Türkiye", timezone: "Europe/Istanbul", language: "tr" },
    ],
};

pub(super) const VIETNAMESE: Culture = Culture {
    order: Order::FamilyFirst,
    first_names: "An Ân Anh Ánh Bách Bảo Bích Bình Cẩm Châu Chi Chiến Chinh Công Cúc Cường Đan Đạt Diễm Điệp Đông \
        Đức Dũng Dương Duy Duyên Gia Giang Hà Hải Hân Hằng Hạnh Hậu Hiền Hiếu Hoa Hòa Hoài Hoàng Hồng Huệ Hùng Hương \
        Huy Huyền Khang Khánh Khoa Khôi Kiên Kim Lam Lâm Lan Lệ Liên Linh Loan Lộc Lợi Long Lực Mai Mẫn Mạnh Minh My \
        Mỹ Nam Nga Ngân Nghĩa Ngọc Nguyên Nguyệt Nhân Nhi Nhung Oanh Phát Phong Phú Phúc Phương Phượng Quân Quang \
        Quyên Quỳnh Sang Sơn Tài Tâm Tân Thắng Thanh Thành Thảo Thịnh Thu Thư Thủy Thúy Tiến Toàn Trâm Trang Trí \
        Trinh Trung Tú Tuấn Tùng Tuyết Uyên Vân Việt Vinh Vy Xuân Yến",
    last_names: "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đào Đoàn Vương Trịnh Trương \
        Đinh Lâm Phùng Mai Tô Hà Tạ Cao Chu Châu Thái Quách Lương Lưu Tăng Kiều Nghiêm Thạch Triệu Văn Từ Hứa Khổng \
        La Lại An Âu Bạch Bành Cù Cung Diệp Doãn Đàm Đậu Đồng Đường Giang Giáp Hàn Hồng Khúc Kim Lục Lữ Mạc Ninh \
        Nông Phí Quan Quản Sầm Tiêu Tôn Tống Trang Trình Vi Nghê Phương Thân Thi Tưởng Ung Uông Vưu",
    places: &[
        Place { location: "Hanoi, Vietnam", timezone: "Asia/Ho_Chi_Minh", language: "vi" },
        Place { location: "Da Nang, Vietnam", timezone: "Asia/Ho_Chi_Minh", language: "vi" },
    ],
};

pub(super) const YORUBA: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Àánú Àbáyọ̀mí Abẹ́ní Abíọ́lá Adébáyọ̀ Adébísí Adébọ́lá Adéọlá Adérónkẹ́ Adétóún Àdùkẹ́ Àjọkẹ́ Akin \
        Àlàbá Àrẹ̀mú Àṣàkẹ́ Àyọ̀ Ayọ̀bámi Ayọ̀délé Bámidélé Báyọ̀ Bísí Bọ́lá Bólú Bùkọ́lá Dámiláre Dàmilọ́lá Dúpẹ́ \
        Fẹ́mi Fọlákẹ́ Fúnmiláyọ̀ Ìbùkún Ìdòwú Ìfẹ́olúwa Ìyábọ̀ Jídé Káyọ̀dé Kẹ́hìndé Kẹ́mi Kúnlé Mobọ́láńlé \
        Morẹ́nikẹ́ Ọlábísí Ọládélé Ọláyínká Olúfẹ́mi Olúmìdé Olúwaṣeun Ọmọ́táyọ̀ Rótìmí Ṣadé Ṣẹ́gun Simisọ́lá Ṣọlá \
        Táíwò Témitọ́pẹ́ Títílayọ̀ Tóyìn Túndé Wálé Yẹ́misí Yétúndé",
    last_names: "Abíọ́dún Adébímpé Adédèjì Adéfẹ́mi Adégbìtẹ́ Adékúnlé Adélékè Adéníyì Adéṣínà Adéwálé Adéyẹmí \
        Afọlábí Àjàyí Akíndélé Akínọlá Akínwándé Àlàó Àrẹ̀mú Awólọ́wọ̀ Ayọ̀délé Babalọlá Balógun Bánkọ́lé Dáúdù \
        Fádípẹ̀ Fágbèmí Fálétí Fáṣọlá Ìdòwú Ìṣọ̀lá Jẹ́jẹ́ Ládiípọ̀ Mákindé Ọbásanjọ́ Ọdúnsì Odùyà Ògúndélé Ògúnlẹ́yẹ \
        Ògúnsànyà Òjó Ọlátúnjí Olúṣọlá Ọmọ́tọ́ṣọ̀ Ọ̀ṣúnkúnlé Oyèbádé Oyèdélé Oyèníyì Ṣóbọ̀wálé Sówándé Ṣóyínká",
    places: &[
        Place { location: "Lagos, Nigeria", timezone: "Africa/Lagos", language: "yo" },
        Place { location: "Ibadan, Nigeria", timezone: "Africa/Lagos", language: "yo" },
    ],
};

pub(super) const ITALIAN: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Alessandra Alessandro Alessia Andrea Angelo Annalisa Antonio Beatrice Benedetta Bruno Camilla \
        Carlo Caterina Chiara Claudio Cosimo Cristina Daniele Davide Domenico Donatella Edoardo Elena Eleonora Elisa \
        Emanuele Enrico Fabrizio Federica Filippo Francesca Francesco Gabriele Gaia Gennaro Giacomo Gian-Luca \
        Gian-Marco Gian-Paolo Giorgia Giovanni Giulia Giuseppe Greta Ilaria Jacopo Lorenzo Luca Lucia Luisa \
        Maddalena Marco Maria-Grazia Martina Massimo Matteo Michela Niccolò Noemi Paolo Pietro Raffaele Riccardo \
        Rocco Rosaria Salvatore Serena Silvia Simone Stefania Teresa Tommaso Ugo Valeria Vincenzo Vittoria",
    last_names: "Amato Barbieri Basile Bellini Benedetti Bianchi Bruno Calò Cantù Caputo Carbone Caruso Cattaneo \
        Colombo Conti Coppola Costa Costantini D’Agostino D'Alessandro Dall’Oglio D’Amico D'Angelo D’Antonio D'Elia \
        Dell’Acqua Dell'Orto D’Errico Donati D’Orazio D'Urso Esposito Fabbri Farina Ferrara Ferrari Ferri Fiore \
        Fontana Gallo Gatti Gentile Giordano Giuliani Grassi Greco Guerra Leone Lombardi Longo Mancini Marchetti \
        Mariani Marini Marino Martinelli Martini Mazza Messina Milani Monti Morelli Moretti Negri Neri Orlando \
        Pagano Palmieri Palumbo Parisi Patanè Pellegrini Pellegrino Piras Ricci Rinaldi Riva Rizzi Rizzo Romano \
        Rossetti Rossi Ruggiero Russo Sala Sanna Santoro Sartori Serra Silvestri Sorrentino Testa Valentini Villa \
        Vitale",
    places: &[
        Place { location: "Bologna, Italy", timezone: "Europe/Rome", language: "it" },
        Place { location: "Lugano, Switzerland", timezone: "Europe/Zurich", language: "it-CH" },
    ],
};

/// Patronymics as they are handed down, so that they don't change with gender.
pub(super) const NORDIC: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Ægir Æsa Åge Agnes Anders Anne-Grethe Anne-Mette Arvid Åsa Åse Astrid Axel Bård Birgitta Bjørg \
        Bjørn Bodil Britt-Marie Brynjar Dagný Ebba Einar Elín Elsa Erik Eyþór Frøya Gísli Göran Gro Guðrún Gunnar \
        Håkon Hallgrímur Hanne Helga Hjördís Hrafnhildur Inga Ingeborg Ingvild Jón Jørgen Kåre Karin Karl-Johan \
        Katrín Kirsten Kjersti Kristín Lars-Erik Linnéa Lise-Lotte Magnús Maja Märta Mikkel Morten Nils Ólafur \
        Øystein Øyvind Pål Pernille Ragnheiður Rasmus Rúnar Sæunn Signe Sigríður Sigurður Siv Sólrún Solveig Søren \
        Steinþór Stig Sunniva Sven Þóra Þórdís Þorsteinn Þórunn Torbjörn Tord Tove Trond Ulf Unnur Viðar Vigdís Ylva",
    last_names: "Aagaard Aas Åberg Åkerlund Åkesson Andersen Andersson Árnason Ásgeirsson Åström Bäckström \
        Bang-Hansen Berg Bergström Björklund Björnsson Blöndal Bruun Christensen Dahl Dahlström Eide Einarsson \
        Ekström Eriksen Eriksson Fjeld Forsberg Foss Friðriksson Gíslason Grønbæk Grønlund Guðjónsson Guðmundsson \
        Gustafsson Hansen Haugen Hedström Henriksen Hjorth Højgaard Holm Holmgaard Isaksen Jensen Jóhannesson \
        Johansson Jónsson Jørgensen Kjær Kjeldsen Kristiansen Kvåle Larsen Lindqvist Løkken Lund Lundgård Magnússon \
        Mikkelsen Moe Mørk Myhre Næss Nielsen Nilsson Nørgaard Nyström Öberg Ødegård Öhman Ólafsson Olsen Østby \
        Østergaard Pedersen Pétursson Ræder Rasmussen Rønning Sæmundsson Sæther Sandström Sigurðsson Sjöberg Sjögren \
        Söderström Sørensen Strøm Svensson Þórarinsson Þorláksson Þorsteinsson Tveit Vestergård Wahlström Westlund",
    places: &[
        Place { location: "Copenhagen, Denmark", timezone: "Europe/Copenhagen", language: "da" },
        Place { location: "Bergen, Norway", timezone: "Europe/Oslo", language: "nb" },
        Place { location: "Gothenburg, Sweden", timezone: "Europe/Stockholm", language: "sv" },
        Place { location: "Reykjavík, Iceland", timezone: "Atlantic/Reykjavik", language: "is" },
    ],
};
