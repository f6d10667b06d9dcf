//! Cultures that write in Latin letters.

use super::{Culture, Order, Place};

pub(super) const ENGLISH: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Alice Amelia Arthur Beatrice Benjamin Caleb Charlotte Chloe Daniel Edward Eleanor Emily Ethan \
        Evelyn Freya George Grace Hannah Harriet Harry Henry Isla Jack James Jasmine Joseph Lily Lucy Maya Matilda \
        Nathan Noah Oliver Olivia Oscar Poppy Rosie Ruby Samuel Sophie Theo Thomas William Zoe",
    last_names: "Adams Allen Bailey Baker Barker Bennett Brooks Campbell Carter Chapman Clarke Collins Cooper Cox \
        Davies Edwards Evans Fletcher Foster Graham Gray Hughes Kelly Marshall Mason Mitchell Morgan Murphy \
        O’Brien Palmer Parker Phillips Price Reid Roberts Shaw Simpson Stevens Sullivan Taylor Turner Walsh Ward \
        Wright",
    places: &[
        Place { location: "London, United Kingdom", timezone: "Europe/London", language: "en" },
        Place { location: "Dublin, Ireland", timezone: "Europe/Dublin", language: "en" },
        Place { location: "Toronto, Canada", timezone: "America/Toronto", language: "en" },
        Place { location: "Melbourne, Australia", timezone: "Australia/Melbourne", language: "en" },
    ],
};

pub(super) const GERMAN: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Andreas Anja Annika Bärbel Björn Carla Christian Clara Dieter Emil Felix Finn Florian Franziska \
        Friederike Greta Hannes Heike Ida Jens Johanna Jonas Jörg Jürgen Kai Karl Katharina Lena Lukas Maja Matthias \
        Mia Moritz Nele Paula Philipp Ronja Stefan Svenja Thorsten Tobias Ulrike Uwe Wiebke",
    last_names: "Albrecht Arnold Bauer Baumann Becker Böhm Brandt Braun Busch Dietrich Engel Fischer Frank Friedrich \
        Fuchs Graf Groß Günther Haas Hahn Hartmann Herrmann Hoffmann Huber Jäger Kaiser Keller Koch Köhler Krämer \
        Krüger Kühn Lang Lehmann Ludwig Möller Pohl Richter Sauer Schäfer Schröder Schubert Vogel Weiß Winkler \
        Ziegler",
    places: &[
        Place { location: "Berlin, Germany", timezone: "Europe/Berlin", language: "de" },
        Place { location: "Hamburg, Germany", timezone: "Europe/Berlin", language: "de" },
        Place { location: "Vienna, Austria", timezone: "Europe/Vienna", language: "de-AT" },
    ],
};

pub(super) const FRENCH: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Adèle Agathe Alexandre Amélie Anaïs Antoine Arnaud Aurélie Baptiste Camille Céline Chloé Clément \
        Élise Élodie Émile Étienne Eugénie Fabien François Gaëlle Geneviève Hélène Hugo Inès Jean-Luc Jérôme Jules \
        Léa Léo Loïc Louise Manon Margaux Mathieu Maxime Noémie Océane Pascal Pauline Quentin Rémi Solène Théo Zoé",
    last_names: "André Arnaud Aubert Barbier Benoît Bernard Bertrand Blanchard Bonnet Boyer Brun Carpentier \
        Chevalier Clément Colin Dubois Dufour Dumont Dupont Durand Fabre Faure Fontaine Fournier François Gaillard \
        Garnier Gauthier Girard Hervé Lacroix Lambert Laurent Leclerc Lefèvre Legrand Lemaître Leroux Marchand \
        Mercier Moreau Noël Perrin Renaud Rousseau Vidal",
    places: &[
        Place { location: "Lyon, France", timezone: "Europe/Paris", language: "fr" },
        Place { location: "Brussels, Belgium", timezone: "Europe/Brussels", language: "fr-BE" },
        Place { location: "Montréal, Canada", timezone: "America/Toronto", language: "fr-CA" },
    ],
};

pub(super) const SPANISH: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Adrián Agustín Alejandra Álvaro Andrés Ángela Beatriz Begoña Camila Carmen Catalina César Cristóbal \
        Diego Elena Emiliano Esperanza Facundo Fernanda Gabriela Gonzalo Guadalupe Ignacio Íñigo Iván Javier Jimena \
        Joaquín José Julieta Leonor Lucía Macarena Martín Mateo Nicolás Paloma Raúl Rocío Rubén Salvador Sofía Tomás \
        Valentina Verónica Ximena",
    last_names: "Aguilar Álvarez Benítez Blanco Cabrera Calderón Castillo Cortés Delgado Díaz Domínguez Espinosa \
        Fernández Flores Fuentes García Gil Giménez Gómez González Guerrero Gutiérrez Hernández Herrera Ibáñez Iglesias \
        Jiménez León López Márquez Martínez Méndez Molina Muñoz Navarro Núñez Ortega Peña Quintana Ramírez Ríos Rojas \
        Sánchez Suárez Vázquez Zúñiga",
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
    first_names: "Afonso Ágata André Antônio Bárbara Beatriz Bernardo Bruna Caio Camila Cauã Cecília Conceição \
        Davi Débora Eduarda Fábio Fátima Filipa Francisco Gustavo Heloísa Inês Isadora João Joaquim Larissa Leonor \
        Letícia Lívia Luís Mafalda Márcia Matheus Mônica Otávio Patrícia Rafaela Rodrigo Sebastião Simão Tânia Thaís \
        Vitória",
    last_names: "Abreu Almeida Alves Amaral Andrade Antunes Araújo Azevedo Barbosa Barros Batista Borges Brandão \
        Brito Cardoso Carvalho Castro Coelho Conceição Correia Costa Cunha Esteves Faria Ferreira Figueiredo Fonseca \
        Freitas Gonçalves Guimarães Leão Lourenço Magalhães Marques Matos Medeiros Melo Moreira Nogueira Paixão Pinto \
        Queirós Ribeiro Simões Teixeira",
    places: &[
        Place { location: "Porto, Portugal", timezone: "Europe/Lisbon", language: "pt-PT" },
        Place { location: "São Paulo, Brazil", timezone: "America/Sao_Paulo", language: "pt-BR" },
    ],
};

/// Surnames that don't change with gender.
pub(super) const POLISH: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Agnieszka Aleksandra Andrzej Barbara Bartosz Błażej Bożena Cezary Dagmara Dariusz Dorota Elżbieta \
        Ewa Filip Grażyna Grzegorz Halina Hanna Iwona Jacek Jakub Jarosław Joanna Kacper Karolina Katarzyna Krzysztof \
        Łucja Łukasz Maciej Małgorzata Marcin Michał Mikołaj Paweł Piotr Radosław Rafał Sławomir Stanisław Szymon \
        Tomasz Wiesława Wojciech Zbigniew Żaneta",
    last_names: "Adamczyk Banaś Baran Bąk Błaszczyk Cieślak Czech Dąbek Duda Dudek Gajda Głąb Góra Jankowiak Janik \
        Kaczmarek Kasprzak Klimek Kołodziej Kozieł Kozioł Krawczyk Król Krupa Kubiak Łuczak Maciejczyk Majchrzak \
        Marciniak Matuszak Mazur Michalak Mikołajczyk Mróz Nowak Olejniczak Pająk Pietrzak Sikora Sobczak Stępień \
        Szewczyk Szymczak Tomczak Walczak Wójcik Woźniak Wrona Zając Ziółko",
    places: &[
        Place { location: "Kraków, Poland", timezone: "Europe/Warsaw", language: "pl" },
        Place { location: "Gdańsk, Poland", timezone: "Europe/Warsaw", language: "pl" },
    ],
};

pub(super) const TURKISH: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Aslı Ayşe Barış Başak Berk Burak Büşra Cansu Çağla Çağrı Deniz Derya Doğan Ece Elif Emre Ferhat \
        Fırat Gökçe Gökhan Gül Gülşah Hakan Hüseyin Ilgın İbrahim İpek Kaan Kerem Leyla Mehmet Melis Merve Murat Nilüfer \
        Oğuz Onur Ömer Özge Özlem Pınar Selin Serkan Şeyma Tuğba Tülin Ufuk Umut Yağmur Zeynep",
    last_names: "Acar Aksoy Aktaş Altın Arslan Avcı Aydın Bozkurt Bulut Çakır Çelik Çetin Coşkun Demir Demirci Doğan \
        Erdoğdu Ergün Güler Güneş Işık Kaplan Kara Karaca Kaya Keskin Kılıç Koç Korkmaz Kurt Öksüz Özcan Özdemir Öztürk \
        Polat Sarı Şahin Şen Şimşek Taş Tekin Tunç Türkmen Uçar Uzun Ünal Yalçın Yavuz Yıldız Yılmaz",
    places: &[
        Place { location: "Istanbul, Türkiye", timezone: "Europe/Istanbul", language: "tr" },
        Place { location: "İzmir, Türkiye", timezone: "Europe/Istanbul", language: "tr" },
    ],
};

pub(super) const VIETNAMESE: Culture = Culture {
    order: Order::FamilyFirst,
    first_names: "Anh Bảo Bình Châu Chi Cường Diễm Dũng Dương Đạt Đức Giang Hà Hải Hạnh Hằng Hiếu Hoa Hoàng Hồng Hùng \
        Hương Huyền Khánh Khôi Kiên Lan Linh Loan Long Mai Minh My Nam Nga Ngân Ngọc Nhung Phong Phúc Phương Quân Quỳnh \
        Sơn Thảo Thắng Thủy Trang Trinh Tuấn Tuyết Việt Vy Yến",
    last_names: "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đào Đoàn Vương Trịnh Trương Đinh \
        Lâm Phùng Mai Tô Hà Tạ Cao Chu Châu Thái Quách Lương Lưu Tăng Kiều Nghiêm Thạch Triệu Văn Từ Hứa Khổng La Lại",
    places: &[
        Place { location: "Hanoi, Vietnam", timezone: "Asia/Ho_Chi_Minh", language: "vi" },
        Place { location: "Da Nang, Vietnam", timezone: "Asia/Ho_Chi_Minh", language: "vi" },
    ],
};

pub(super) const YORUBA: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Abẹ́ní Abíọ́lá Adébáyọ̀ Adébísí Adébọ́lá Adéọlá Adétóún Àánú Àbáyọ̀mí Àdùkẹ́ Àjọkẹ́ Àlàbá Àrẹ̀mú Àṣàkẹ́ \
        Àyọ̀ Ayọ̀bámi Ayọ̀délé Bámidélé Báyọ̀ Bísí Bọ́lá Bùkọ́lá Dámiláre Dàmilọ́lá Fẹ́mi Fọlákẹ́ Fúnmiláyọ̀ Ìbùkún Ìyábọ̀ \
        Káyọ̀dé Kẹ́hìndé Kẹ́mi Kúnlé Mobọ́láńlé Morẹ́nikẹ́ Olúwaṣeun Ọlábísí Ọládélé Ọláyínká Rótìmí Ṣadé Ṣẹ́gun Simisọ́lá Táíwò \
        Témitọ́pẹ́ Títílayọ̀ Tóyìn Túndé Yẹ́misí Yétúndé",
    last_names: "Abíọ́dún Adébímpé Adédèjì Adéfẹ́mi Adégbìtẹ́ Adékúnlé Adélékè Adéníyì Adéṣínà Adéwálé Adéyẹmí Afọlábí \
        Àjàyí Akíndélé Akínọlá Akínwándé Àlàó Àrẹ̀mú Awólọ́wọ̀ Ayọ̀délé Babalọlá Balógun Bánkọ́lé Dáúdù Fádípẹ̀ Fálétí \
        Fágbèmí Fáṣọlá Ìdòwú Ìṣọ̀lá Jẹ́jẹ́ Ládiípọ̀ Mákindé Odùyà Ògúndélé Ògúnlẹ́yẹ Ògúnsànyà Òjó Olúṣọlá Oyèbádé Oyèdélé \
        Oyèníyì Ọbásanjọ́ Ọdúnsì Ọlátúnjí Ọmọ́tọ́ṣọ̀ Ọ̀ṣúnkúnlé Sówándé Ṣóyínká Ṣóbọ̀wálé",
    places: &[
        Place { location: "Lagos, Nigeria", timezone: "Africa/Lagos", language: "yo" },
        Place { location: "Ibadan, Nigeria", timezone: "Africa/Lagos", language: "yo" },
    ],
};
