//! Cultures that write in other letters. Where vowels or readings aren't in the script, a name
//! brings its Latin form.

use super::{Culture, Order, Place};

/// Surnames that don't change with gender.
pub(super) const GREEK: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Αγγελική Αθανάσιος Αικατερίνη Αλεξάνδρα Αλέξανδρος Αλίκη Αναστασία Ανδρέας Ανδριάνα Άννα Αντώνης \
        Αντωνία Απόστολος Αργύρης Αριστέα Βαρβάρα Βασίλης Βασιλική Γεράσιμος Γεωργία Γιάννης Γιώργος Γρηγόρης \
        Δέσποινα Δήμητρα Δημήτρης Διονύσης Ειρήνη Ελένη Ελευθερία Ευαγγελία Ευάγγελος Ευγενία Ευθύμης Ζωή Ηλίας \
        Θανάσης Θεοδώρα Θεόδωρος Θωμάς Ιάσονας Ιφιγένεια Ιωάννα Καλλιόπη Κατερίνα Κυριάκος Κωνσταντίνος Κώστας \
        Λάμπρος Λευτέρης Λουκία Μανώλης Μαρία Μαρίνα Μάριος Μάρκος Μιχάλης Μυρτώ Νίκη Νικόλαος Νίκος Ξένια Όλγα \
        Παναγιώτης Παρασκευή Παύλος Πέτρος Ραφαήλ Ρένα Σάββας Σοφία Σπύρος Σταύρος Στέλιος Στέφανος Σωτήρης Τάσος \
        Φίλιππος Φωτεινή Φώτης Χαράλαμπος Χρήστος Χριστίνα Χρυσούλα",
    last_names: "Αγγέλου Αθανασίου Αλεξάνδρου Αλεξίου Αναγνώστου Αναστασίου Ανδρέου Αντωνίου Αποστόλου Αργυρίου \
        Αριστείδου Αρσενίου Βασιλείου Γαβριήλ Γεωργίου Γρηγορίου Δανιήλ Δημητρίου Διαμαντή Ευαγγέλου Ευθυμίου \
        Ευριπίδου Ευσταθίου Ζαχαρίου Θεοδοσίου Θεοδώρου Θεοφάνους Θεοχάρους Θωμά Ιακώβου Ιορδάνου Ιωάννου Κλεάνθους \
        Κοσμά Κυπριανού Κυριάκου Κωνσταντίνου Λαζάρου Λάμπρου Λεοντίου Λεωνίδου Λουκά Μάρκου Ματθαίου Μηνά Μιχαήλ \
        Νεοφύτου Νικολάου Ξενοφώντος Οικονόμου Ονουφρίου Παναγιώτου Παντελή Παπαβασιλείου Παπαγεωργίου Παπαγιάννη \
        Παπαγρηγορίου Παπαδημητρίου Παπαευαγγέλου Παπαθανασίου Παπαθεοδώρου Παπαϊωάννου Παπακωνσταντίνου \
        Παπαλεξάνδρου Παπαμιχαήλ Παπανικολάου Παπαντωνίου Παπαπέτρου Παπασωτηρίου Παπαχαραλάμπους Παπαχρήστου Παύλου \
        Πέτρου Προκοπίου Ραφαήλ Σάββα Σπύρου Σταύρου Στεφάνου Στυλιανού Σωτηρίου Τιμοθέου Τρύφωνος Φιλίππου Φωτίου \
        Χαραλάμπους Χατζηαντωνίου Χατζηγεωργίου Χατζηγιάννη Χατζηδημητρίου Χατζηιωάννου Χατζηνικολάου Χρήστου \
        Χριστοδούλου Χριστοφόρου",
    places: &[
        Place { location: "Athens, Greece", timezone: "Europe/Athens", language: "el" },
        Place { location: "Nicosia, Cyprus", timezone: "Asia/Nicosia", language: "el-CY" },
    ],
};

/// Surnames that don't change with gender.
pub(super) const UKRAINIAN: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Аліна Анастасія Андрій Анна Антон Артем Богдан Борис Вадим Валентина Валерій Василь Вікторія Віра \
        Віталій Владислав Володимир Всеволод В’ячеслав Галина Ганна Григорій Дарина Діана Дмитро Євген Євгенія \
        Єлизавета Жанна Захар Злата Зоряна Іван Ігор Ілля Інна Ірина Йосип Катерина Кирило Костянтин Лариса Лев Леся \
        Лілія Лук’ян Любов Любомир Людмила Максим Маргарита Марія Марта Мар’яна Матвій Микола Мирослава Михайло \
        Мілана Надія Назар Наталія Ніна Оксана Олег Олександр Олександра Олена Ольга Орест Остап Павло Петро Поліна \
        Роман Ростислав Руслан Світлана Святослав Сергій Соломія Софія Степан Тарас Тетяна Тимофій Уляна Федір \
        Христина Юлія Юрій Яків Яна Ярема Ярина Ярослав",
    last_names: "Андрієнко Антоненко Бабенко Бабич Білоус Боднар Бойко Бондар Бондаренко Бондарчук Василенко \
        Власенко Вовк Войтенко Гаврилюк Гнатюк Гончар Гончаренко Гордієнко Григоренко Гриценко Гуменюк Ґалаґан Ґудзь \
        Давиденко Данилюк Дем’яненко Денисенко Деревʼянко Дорошенко Дяченко Жук Заєць Захарченко Зінченко Іваненко \
        Іванчук Ільченко Іщенко Карпенко Кириленко Кириченко Клименко Коваленко Коваль Ковальчук Козак Козаченко \
        Колесник Король Костенко Костюк Кравченко Кравчук Кузьменко Кулик Кучер Лазаренко Левченко Лисенко Литвин \
        Литвиненко Лук’яненко Лукʼянчук Макаренко Максименко Мартиненко Мартинюк Марченко Матвієнко Мельник \
        Мельничук Мирошниченко Михайленко Міщенко Мороз Назаренко Нестеренко Нечипоренко Ніколаєнко Овчаренко \
        Олійник Онищенко Остапенко Павленко Панченко Петренко Пилипенко Поліщук Пономаренко Приходько Прокопенко \
        Радченко Романюк Руденко Савченко Самойленко Семенюк Середа Сидоренко Степаненко Терещенко Тимошенко Тищенко \
        Ткаченко Ткачук Федоренко Харченко Хоменко Хом’як Шаповал Швець Шевченко Шевчук Щербак Юрченко Юхименко \
        Яковенко Яценко Ященко",
    places: &[
        Place { location: "Kyiv, Ukraine", timezone: "Europe/Kyiv", language: "uk" },
        Place { location: "Lviv, Ukraine", timezone: "Europe/Kyiv", language: "uk" },
    ],
};

pub(super) const ARABIC: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "آمنة/amina آية/aya أحمد/ahmad أسماء/asma أمل/amal أمير/amir أنس/anas أيمن/ayman أيوب/ayoub \
        إبراهيم/ibrahim إسراء/israa إلياس/elias إيمان/iman باسم/basim بسمة/basma بشرى/bushra بلال/bilal جمال/jamal \
        جميل/jamil جنى/jana جواد/jawad حازم/hazem حسن/hasan حسين/hussein حمزة/hamza حنان/hanan خالد/khalid \
        خديجة/khadija داليا/dalia دانا/dana داود/dawood رؤوف/raouf رؤى/ruaa رامي/rami رانيا/rania رشا/rasha رضا/rida \
        رنا/rana ريم/reem زكريا/zakaria زياد/ziad زينب/zainab سارة/sara سامي/sami سعيد/saeed سلمان/salman سلمى/salma \
        سلوى/salwa سمير/samir سهى/suha شادي/shadi شيماء/shaimaa صفاء/safaa ضحى/duha طارق/tariq طه/taha عائشة/aisha \
        عادل/adel عبدالرحمن/abdulrahman عبدالكريم/abdulkarim عصام/issam علاء/alaa علي/ali عمر/omar غادة/ghada \
        غسان/ghassan فادي/fadi فارس/faris فاطمة/fatima فهد/fahd قاسم/qasim كريم/karim كمال/kamal لؤي/luay لبنى/lubna \
        ليلى/layla لينا/lina ماجد/majed مازن/mazen محمود/mahmoud مروان/marwan مريم/maryam مصطفى/mustafa منال/manal \
        منى/mona نادية/nadia نبيل/nabil ندى/nada نور/noor هالة/hala هاني/hani هدى/huda وائل/wael وليد/walid \
        ياسمين/yasmin يحيى/yahya يوسف/yousef",
    last_names: "الأحمد/alahmad الأسدي/alasadi الأنصاري/alansari الأيوبي/alayoubi البصري/albasri البغدادي/albaghdadi \
        البيطار/albitar التركي/alturki التميمي/altamimi الجابري/aljabri الجبوري/aljubouri الجزائري/aljazairi \
        الجندي/aljundi الحداد/alhaddad الحربي/alharbi الحسن/alhasan الحسيني/alhusseini الحكيم/alhakim \
        الحلبي/alhalabi الحمصي/alhomsi الحموي/alhamwi الخالدي/alkhalidi الخطيب/alkhatib الخوري/alkhoury \
        الدباغ/aldabbagh الدمشقي/aldimashqi الدوسري/aldosari الراشد/alrashid الرشيد/alrasheed الرفاعي/alrifai \
        الزعبي/alzoubi الزهراني/alzahrani الزين/alzein السامرائي/alsamarrai السباعي/alsibai السعيد/alsaeed \
        السيد/alsayed الشامي/alshami الشريف/alsharif الشمري/alshammari الشهري/alshehri الصالح/alsaleh \
        الصباغ/alsabbagh الطائي/altai العبيدي/alobaidi العتيبي/alotaibi العطار/alattar العلي/alali العمري/alomari \
        العنزي/alanazi الغامدي/alghamdi الفارس/alfaris الفهد/alfahd القاسم/alqasim القحطاني/alqahtani \
        القرشي/alqurashi القضاة/alqudah الكردي/alkurdi الكعبي/alkaabi الكيلاني/alkilani المالكي/almaliki \
        المصري/almasri المطيري/almutairi المغربي/almaghribi المنصور/almansour المهدي/almahdi الموسوي/almousawi \
        النابلسي/alnabulsi النجار/alnajjar النعيمي/alnuaimi الهاشمي/alhashimi الهلالي/alhilali اليوسف/alyousef \
        بدوي/badawi بركات/barakat جابر/jaber حجازي/hijazi حداد/haddad حمدان/hamdan خليل/khalil درويش/darwish \
        رزق/rizq زيدان/zidan سعد/saad سليمان/sulaiman شاهين/shaheen شعبان/shaaban صالح/saleh صباغ/sabbagh طه/taha \
        عباس/abbas عبدالله/abdullah عثمان/othman عوض/awad عيسى/issa غانم/ghanem فرح/farah قباني/qabbani كنعان/kanaan \
        مراد/murad منصور/mansour ناصر/nasser نصار/nassar هاشم/hashem يعقوب/yaqoub",
    places: &[
        Place { location: "Amman, Jordan", timezone: "Asia/Amman", language: "ar" },
        Place { location: "Cairo, Egypt", timezone: "Africa/Cairo", language: "ar-EG" },
        Place {
            location: "Dubai, United Arab Emirates",
            timezone: "Asia/Dubai",
            language: "ar-AE",
        },
    ],
};

pub(super) const HEBREW: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "אביב/aviv אביגיל/avigail אבנר/avner אברהם/avraham אדם/adam אהרון/aharon אופיר/ofir אורי/uri \
        אורלי/orly איילת/ayelet איתן/eitan אלון/alon אלעד/elad אמיר/amir אסתר/esther אפרת/efrat ארז/erez אריאל/ariel \
        בועז/boaz בנימין/binyamin ברק/barak גדעון/gideon גיא/guy גיל/gil גל/gal גלית/galit דביר/dvir דוד/david \
        דליה/dalia דן/dan דנה/dana דניאל/daniel הדס/hadas הילה/hila ורד/vered זאב/zeev חגית/hagit חיים/haim חן/chen \
        חנה/hanna טל/tal יהודית/yehudit יואב/yoav יובל/yuval יונתן/yonatan יוסף/yosef יותם/yotam יעל/yael \
        יעקב/yaakov יפעת/yifat יצחק/yitzhak כרמל/carmel לאה/leah ליאור/lior ליאת/liat לירון/liron מאיה/maya מור/mor \
        מיכאל/michael מיכל/michal מרים/miriam משה/moshe נגה/noga נדב/nadav נועה/noa נועם/noam נטע/neta ניר/nir \
        סיגל/sigal עדי/adi עומר/omer עופר/ofer עידו/ido עינת/einat עמית/amit ענת/anat ערן/eran פנינה/pnina צבי/tzvi \
        קרן/keren רבקה/rivka רון/ron רועי/roi רות/ruth רחל/rachel רינה/rina שגיא/sagi שירה/shira שלומי/shlomi \
        שלמה/shlomo שקד/shaked שרה/sara תום/tom תמר/tamar",
    last_names: "אבוטבול/abutbul אבידן/avidan אברהמי/avrahami אברמוב/abramov אדלר/adler אהרוני/aharoni אוחיון/ohayon \
        אוחנה/ohana אזולאי/azoulay אלבז/elbaz אלון/alon אליהו/eliyahu אלמוג/almog אלקיים/elkayam אקרמן/ackerman \
        אריאלי/arieli אשכנזי/ashkenazi ביטון/biton בכר/bachar בלום/blum בן־ארי/benari בן־דוד/bendavid \
        בן־חיים/benhaim בן־שושן/benshushan ברגר/berger ברנשטיין/bernstein ברק/barak גבאי/gabay גבריאלי/gavrieli \
        גוטמן/gutman גולדברג/goldberg גולדשטיין/goldstein גולן/golan גרוס/gross גרינברג/greenberg דהן/dahan \
        דוידוב/davidov דיין/dayan הורוביץ/horowitz הלוי/halevi הראל/harel הרמן/herman הרשקוביץ/hershkovitz וולף/wolf \
        וייס/weiss ועקנין/vaknin זהבי/zahavi זילבר/zilber חדד/hadad חזן/hazan חיימוב/haimov חלפון/halfon \
        טולדנו/toledano טל/tal יוספי/yosefi יעקובי/yaakobi ירושלמי/yerushalmi כהן/cohen כץ/katz כרמי/carmi לביא/lavi \
        לוי/levy לוין/levin ליפשיץ/lifshitz מאירי/meiri מועלם/mualem מור/mor מזרחי/mizrahi מימון/maimon מלכה/malka \
        מלמד/melamed נווה/naveh נחום/nahum נחמיאס/nahmias סבג/sabag סגל/segal סופר/sofer סלע/sela עובדיה/ovadia \
        עמר/amar פוקס/fuchs פינטו/pinto פישר/fischer פלד/peled פרידמן/friedman פרץ/peretz צדוק/tzadok צור/tzur \
        צימרמן/zimmerman קדוש/kadosh קורן/koren קליין/klein קפלן/kaplan רבינוביץ/rabinovich רובין/rubin רוזן/rosen \
        רוזנברג/rosenberg רוט/roth רייך/reich שוורץ/schwartz שחר/shahar שטיין/stein שטרן/stern שלום/shalom \
        שמש/shemesh שפירא/shapira שרון/sharon ששון/sasson תורג׳מן/turgeman",
    places: &[
        Place { location: "Tel Aviv, Israel", timezone: "Asia/Jerusalem", language: "he" },
        Place { location: "Haifa, Israel", timezone: "Asia/Jerusalem", language: "he" },
    ],
};

pub(super) const CHINESE: Culture = Culture {
    order: Order::FamilyFirstJoined,
    first_names: "伟/wei 芳/fang 娜/na 敏/min 静/jing 丽/li 强/qiang 磊/lei 洋/yang 艳/yan 勇/yong 军/jun 杰/jie 涛/tao 明/ming \
        超/chao 霞/xia 平/ping 刚/gang 婷/ting 浩然/haoran 子涵/zihan 雨桐/yutong 梓萱/zixuan 宇轩/yuxuan 思远/siyuan 欣怡/xinyi \
        佳琪/jiaqi 俊杰/junjie 晓明/xiaoming 晓燕/xiaoyan 志强/zhiqiang 建国/jianguo 建华/jianhua 文静/wenjing 文博/wenbo 雅琴/yaqin \
        嘉怡/jiayi 天宇/tianyu 诗涵/shihan 一诺/yinuo 美玲/meiling 春梅/chunmei 国栋/guodong 海燕/haiyan 立新/lixin 若曦/ruoxi 书豪/shuhao \
        心悦/xinyue 泽宇/zeyu 佳/jia 斌/bin 鹏/peng 慧/hui 琳/lin 辉/hui 雪/xue 玲/ling 红/hong 波/bo 宁/ning 鑫/xin 梅/mei 飞/fei \
        家豪/jiahao 俊熙/junxi 子轩/zixuan 子墨/zimo 可馨/kexin 思琪/siqi 雨晴/yuqing 晨曦/chenxi 明哲/mingzhe 文杰/wenjie 志远/zhiyuan \
        晓东/xiaodong 丽娜/lina 丽华/lihua 桂英/guiying 秀兰/xiulan 秀英/xiuying 建军/jianjun 永强/yongqiang 世杰/shijie 梦瑶/mengyao \
        婉婷/wanting 一鸣/yiming 博文/bowen",
    last_names: "王/wang 李/li 张/zhang 刘/liu 陈/chen 杨/yang 赵/zhao 黄/huang 周/zhou 吴/wu 徐/xu 孙/sun 胡/hu 朱/zhu 高/gao \
        林/lin 何/he 郭/guo 马/ma 罗/luo 梁/liang 宋/song 郑/zheng 谢/xie 韩/han 唐/tang 冯/feng 于/yu 董/dong 萧/xiao 程/cheng \
        曹/cao 袁/yuan 邓/deng 许/xu 傅/fu 沈/shen 曾/zeng 彭/peng 吕/lv 苏/su 卢/lu 蒋/jiang 蔡/cai 贾/jia 丁/ding 魏/wei 薛/xue \
        叶/ye 欧阳/ouyang 任/ren 姜/jiang 范/fan 方/fang 石/shi 姚/yao 谭/tan 廖/liao 邹/zou 熊/xiong 金/jin 陆/lu 郝/hao 孔/kong \
        白/bai 崔/cui 康/kang 毛/mao 邱/qiu 秦/qin 江/jiang 史/shi 顾/gu 侯/hou 邵/shao 孟/meng 龙/long 万/wan 段/duan 雷/lei 钱/qian \
        汤/tang 尹/yin 黎/li 易/yi 常/chang 武/wu 乔/qiao 贺/he 赖/lai 龚/gong 文/wen 司马/sima 上官/shangguan 司徒/situ 皇甫/huangfu",
    places: &[
        Place { location: "Shanghai, China", timezone: "Asia/Shanghai", language: "zh-CN" },
        Place { location: "Singapore", timezone: "Asia/Singapore", language: "zh-SG" },
    ],
};

pub(super) const JAPANESE: Culture = Culture {
    order: Order::FamilyFirst,
    first_names: "愛/ai あかり/akari 明美/akemi 秋子/akiko アンナ/anna 葵/aoi 彩/aya 綾香/ayaka あゆみ/ayumi 千尋/chihiro 千夏/chinatsu \
        大樹/daiki 大輔/daisuke 英二/eiji 恵美/emi エリカ/erika 花子/hanako 遥/haruka 春樹/haruki ひかり/hikari 陽菜/hina 弘/hiroshi \
        一郎/ichiro 純/jun 海斗/kaito 香織/kaori 和子/kazuko かずみ/kazumi 和也/kazuya 恵子/keiko 健/ken 健一/kenichi ケンジ/kenji \
        健太/kenta 浩二/koji 久美子/kumiko 舞/mai 誠/makoto マリ/mari 真由美/mayumi めぐみ/megumi 恵/megumi みどり/midori 美穂/miho \
        美咲/misaki 美月/mizuki 奈々/nana 七海/nanami 直樹/naoki なつき/natsuki 伸夫/nobuo 修/osamu 蓮/ren レナ/rena 莉子/riko 陸/riku \
        涼/ryo 亮太/ryota 桜/sakura さくら/sakura 沙織/saori 里美/satomi 悟/satoru 聡/satoshi 茂/shigeru しずか/shizuka 翔/sho \
        翔太/shota 颯太/sota 進/susumu 鈴/suzu 正/tadashi 隆/takashi 拓也/takuya 哲也/tetsuya 智子/tomoko 徹/toru 翼/tsubasa \
        剛/tsuyoshi 陽一/yoichi 洋子/yoko 結衣/yui 雪/yuki 由紀/yuki 優子/yuko 由美子/yumiko 結菜/yuna 裕太/yuta 豊/yutaka 悠斗/yuto \
        ゆず/yuzu",
    last_names: "佐藤/sato 鈴木/suzuki 高橋/takahashi 田中/tanaka 伊藤/ito 渡辺/watanabe 山本/yamamoto 中村/nakamura 小林/kobayashi \
        加藤/kato 吉田/yoshida 山田/yamada 佐々木/sasaki 山口/yamaguchi 松本/matsumoto 井上/inoue 木村/kimura 林/hayashi 斎藤/saito \
        清水/shimizu 山崎/yamazaki 森/mori 池田/ikeda 橋本/hashimoto 阿部/abe 石川/ishikawa 山下/yamashita 中島/nakajima 石井/ishii \
        小川/ogawa 前田/maeda 岡田/okada 長谷川/hasegawa 藤田/fujita 後藤/goto 近藤/kondo 村上/murakami 遠藤/endo 青木/aoki 坂本/sakamoto \
        福田/fukuda 太田/ota 西村/nishimura 藤井/fujii 岡本/okamoto 三浦/miura 中野/nakano 原田/harada 松田/matsuda 竹内/takeuchi \
        藤原/fujiwara 上田/ueda 小野/ono 田村/tamura 金子/kaneko 中山/nakayama 和田/wada 石田/ishida 森田/morita 小島/kojima 柴田/shibata \
        原/hara 酒井/sakai 工藤/kudo 横山/yokoyama 宮崎/miyazaki 宮本/miyamoto 内田/uchida 高木/takagi 安藤/ando 谷口/taniguchi 大野/ono \
        丸山/maruyama 今井/imai 高田/takada 藤本/fujimoto 武田/takeda 上野/ueno 村田/murata 杉山/sugiyama 増田/masuda 平野/hirano \
        大塚/otsuka 千葉/chiba 久保/kubo 松井/matsui 小山/koyama 野口/noguchi 久保田/kubota 五十嵐/igarashi 野々村/nonomura \
        堀ノ内/horinouchi",
    places: &[
        Place { location: "Tokyo, Japan", timezone: "Asia/Tokyo", language: "ja" },
        Place { location: "Osaka, Japan", timezone: "Asia/Tokyo", language: "ja" },
    ],
};

pub(super) const KOREAN: Culture = Culture {
    order: Order::FamilyFirstJoined,
    first_names: "가영/gayoung 건우/gunwoo 경민/kyungmin 기현/kihyun 나연/nayeon 다은/daeun 도윤/doyun 동현/donghyun 민서/minseo \
        민준/minjun 민지/minji 보람/boram 상우/sangwoo 서연/seoyeon 서준/seojun 서현/seohyun 성민/sungmin 세영/seyoung 소영/soyoung \
        수빈/subin 수진/sujin 승현/seunghyun 시우/siwoo 아름/areum 연우/yeonwoo 영수/youngsu 영희/younghee 예린/yerin 예준/yejun \
        우진/woojin 유나/yuna 유진/yujin 윤서/yunseo 은지/eunji 재현/jaehyun 정훈/junghoon 주원/juwon 준호/junho 지민/jimin 지수/jisoo \
        지우/jiwoo 지훈/jihoon 진영/jinyoung 채원/chaewon 태윤/taeyun 하늘/haneul 하은/haeun 현우/hyunwoo 혜진/hyejin 희수/heesu \
        가은/gaeun 강민/kangmin 경희/kyunghee 광수/kwangsu 규리/gyuri 다영/dayoung 대현/daehyun 동욱/dongwook 명수/myungsoo 미경/mikyung \
        민수/minsu 범준/beomjun 상철/sangchul 선영/sunyoung 성호/sungho 수아/sua 수현/soohyun 승민/seungmin 시연/siyeon 연주/yeonju \
        영호/youngho 용준/yongjun 유리/yuri 은영/eunyoung 은정/eunjung 재민/jaemin 정민/jungmin 정우/jungwoo 종현/jonghyun 준영/junyoung \
        지은/jieun 지현/jihyun 태현/taehyun 하린/harin 한결/hangyeol 현정/hyunjung 형준/hyungjun 혜원/hyewon 호진/hojin 슬기/seulgi \
        빛나/bitna 솔/sol 별/byul",
    last_names: "김/kim 이/lee 박/park 최/choi 정/jung 강/kang 조/cho 윤/yoon 장/jang 임/lim 한/han 오/oh 서/seo 신/shin 권/kwon \
        황/hwang 안/ahn 송/song 전/jeon 홍/hong 유/yoo 고/ko 문/moon 양/yang 손/son 배/bae 백/baek 허/heo 남/nam 심/shim 노/noh 하/ha \
        곽/kwak 성/sung 차/cha 주/joo 우/woo 구/koo 민/min 류/ryu 나/na 진/jin 지/ji 엄/eom 채/chae 원/won 천/cheon 방/bang 공/kong \
        현/hyun 변/byun 염/yeom 여/yeo 추/choo 도/do 소/so 석/seok 선/sun 설/seol 마/ma 길/gil 연/yeon 위/wi 표/pyo 명/myung 기/ki \
        반/ban 왕/wang 금/geum 옥/ok 육/yook 인/in 맹/maeng 제/je 모/mo 탁/tak 국/kook 어/eo 은/eun 편/pyeon 남궁/namgung 황보/hwangbo \
        제갈/jegal 선우/sunwoo 독고/dokgo 사공/sagong",
    places: &[
        Place { location: "Seoul, South Korea", timezone: "Asia/Seoul", language: "ko" },
        Place { location: "Busan, South Korea", timezone: "Asia/Seoul", language: "ko" },
    ],
};

pub(super) const HINDI: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "अंकित/ankit अंजलि/anjali अदिति/aditi अनिल/anil अनीता/anita अनुराग/anurag अभिषेक/abhishek अमित/amit \
        अमृता/amrita अर्जुन/arjun अलका/alka आकाश/akash आदित्य/aditya आरती/aarti आशा/asha इंदु/indu ईशा/isha \
        उमेश/umesh उषा/usha ऋतु/ritu ऋषि/rishi कमल/kamal करण/karan कविता/kavita काजल/kajal किरण/kiran कृष्णा/krishna \
        गणेश/ganesh गीता/geeta गोपाल/gopal गौरव/gaurav चेतन/chetan जगदीश/jagdish जया/jaya ज्योति/jyoti तन्वी/tanvi \
        दिनेश/dinesh दिव्या/divya दीपक/deepak दीपिका/deepika ध्रुव/dhruv नंदिनी/nandini नरेश/naresh नितिन/nitin \
        निशा/nisha नेहा/neha पंकज/pankaj पल्लवी/pallavi पूजा/pooja प्रकाश/prakash प्रदीप/pradeep प्रिया/priya \
        बबीता/babita भारती/bharti भावना/bhavna मनीष/manish महेश/mahesh माया/maya मीना/meena मुकेश/mukesh मोहन/mohan \
        रजनी/rajni रमेश/ramesh रवि/ravi रश्मि/rashmi राज/raj राधा/radha राहुल/rahul रितिका/ritika रेखा/rekha \
        रोहित/rohit लक्ष्मी/lakshmi वंदना/vandana वरुण/varun विकास/vikas विजय/vijay विनोद/vinod शालिनी/shalini \
        शिवानी/shivani शोभा/shobha श्रेया/shreya संजय/sanjay सचिन/sachin सरिता/sarita सीमा/seema सुधीर/sudhir \
        सुनीता/sunita सुमन/suman सुरेश/suresh सोनिया/sonia स्वाति/swati हर्ष/harsh हेमा/hema",
    last_names: "अग्रवाल/agarwal अय्यर/iyer अरोड़ा/arora अवस्थी/awasthi आनंद/anand आहूजा/ahuja उपाध्याय/upadhyay \
        ओझा/ojha कपूर/kapoor कश्यप/kashyap काले/kale कुमार/kumar कुलकर्णी/kulkarni कौशिक/kaushik खन्ना/khanna \
        गर्ग/garg गांगुली/ganguly गुप्ता/gupta गोयल/goyal घोष/ghosh चटर्जी/chatterjee चतुर्वेदी/chaturvedi \
        चावला/chawla चोपड़ा/chopra चौधरी/chaudhary चौहान/chauhan जाधव/jadhav जैन/jain जोशी/joshi झा/jha टंडन/tandon \
        ठाकुर/thakur डोगरा/dogra तिवारी/tiwari तोमर/tomar त्रिपाठी/tripathi दत्ता/dutta दास/das दीक्षित/dixit \
        दुबे/dubey देशपांडे/deshpande देसाई/desai द्विवेदी/dwivedi नायर/nair नारंग/narang नेगी/negi पंत/pant \
        पटेल/patel पवार/pawar पांडे/pandey पाटिल/patil पाठक/pathak प्रसाद/prasad बंसल/bansal बजाज/bajaj बत्रा/batra \
        बनर्जी/banerjee बिष्ट/bisht भंडारी/bhandari भट्ट/bhatt भाटिया/bhatia भारद्वाज/bhardwaj मल्होत्रा/malhotra \
        माथुर/mathur मित्तल/mittal मिश्रा/mishra मुखर्जी/mukherjee मेहता/mehta मेहरा/mehra यादव/yadav राठौर/rathore \
        राणा/rana राय/rai रावत/rawat रेड्डी/reddy वर्मा/verma वशिष्ठ/vashisht वालिया/walia व्यास/vyas शर्मा/sharma \
        शाह/shah शुक्ला/shukla शेट्टी/shetty श्रीवास्तव/srivastava सक्सेना/saxena सरीन/sarin साहू/sahu सिंह/singh \
        सिन्हा/sinha सूद/sood सेठी/sethi सोनी/soni सोलंकी/solanki हांडा/handa",
    places: &[
        Place { location: "Pune, India", timezone: "Asia/Kolkata", language: "hi" },
        Place { location: "Jaipur, India", timezone: "Asia/Kolkata", language: "hi" },
    ],
};
