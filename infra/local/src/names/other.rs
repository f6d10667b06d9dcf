//! Cultures that write in other letters. Where vowels or readings aren't in the script, a name
//! brings its Latin form.

use super::{Culture, Order, Place};

/// Surnames that don't change with gender.
pub(super) const GREEK: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Αγγελική Αθανάσιος Αικατερίνη Αλέξανδρος Αλίκη Αναστασία Ανδρέας Άννα Αντώνης Αριστέα Βασίλης \
        Βασιλική Γεωργία Γιάννης Γιώργος Δέσποινα Δήμητρα Δημήτρης Ειρήνη Ελένη Ευαγγελία Ευγενία Ηλίας Θεοδώρα Θωμάς \
        Ιωάννα Καλλιόπη Κατερίνα Κώστας Λάμπρος Λουκία Μανώλης Μαρία Μάριος Μιχάλης Νίκος Ξένια Παναγιώτης Παρασκευή \
        Πέτρος Σοφία Σπύρος Σταύρος Φωτεινή Χαράλαμπος Χριστίνα",
    last_names: "Αγγέλου Αθανασίου Αλεξάνδρου Αλεξίου Αναγνώστου Αναστασίου Ανδρέου Αντωνίου Αποστόλου Αργυρίου \
        Αριστείδου Αρσενίου Βασιλείου Γεωργίου Γρηγορίου Δημητρίου Διαμαντή Ευαγγέλου Ευθυμίου Ευσταθίου Ζαχαρίου \
        Θεοδώρου Ιωάννου Κυριάκου Κωνσταντίνου Λάμπρου Λεοντίου Μάρκου Ματθαίου Μιχαήλ Νικολάου Οικονόμου Παναγιώτου \
        Παπαβασιλείου Παπαγεωργίου Παπαδημητρίου Παπαθανασίου Παπαϊωάννου Παπανικολάου Παύλου Πέτρου Σπύρου Σταύρου \
        Στεφάνου Σωτηρίου Φιλίππου Χαραλάμπους Χρήστου",
    places: &[
        Place { location: "Athens, Greece", timezone: "Europe/Athens", language: "el" },
        Place { location: "Nicosia, Cyprus", timezone: "Asia/Nicosia", language: "el-CY" },
    ],
};

/// Surnames that don't change with gender.
pub(super) const UKRAINIAN: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "Анастасія Андрій Антон Богдан Валентина Василь Вікторія Віталій Володимир Галина Ганна Григорій Дарина \
        Дмитро Євген Євгенія Зоряна Іван Ігор Ірина Катерина Кирило Костянтин Леся Любов Людмила Максим Марта Микола \
        Михайло Надія Назар Наталія Оксана Олег Олександр Олександра Олена Ольга Остап Павло Роман Руслан Сергій Соломія \
        Софія Степан Тарас Тетяна Уляна Христина Юлія Юрій Ярина Ярослав",
    last_names: "Андрієнко Бабенко Бойко Бондаренко Бондар Василенко Власенко Войтенко Гаврилюк Гнатюк Гончаренко Гончар \
        Григоренко Гриценко Данилюк Дорошенко Захарченко Іваненко Карпенко Коваленко Коваль Ковальчук Козак Костенко \
        Кравченко Кравчук Кузьменко Кучер Левченко Литвиненко Лисенко Марченко Мельник Мельничук Мороз Назаренко Олійник \
        Остапенко Павленко Панченко Петренко Поліщук Пономаренко Романюк Савченко Сидоренко Ткаченко Ткачук Тимошенко \
        Федоренко Шевченко Шевчук Юрченко Яковенко",
    places: &[
        Place { location: "Kyiv, Ukraine", timezone: "Europe/Kyiv", language: "uk" },
        Place { location: "Lviv, Ukraine", timezone: "Europe/Kyiv", language: "uk" },
    ],
};

pub(super) const ARABIC: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "أحمد/ahmad آمنة/amina أسماء/asma أمل/amal أمير/amir أنس/anas إبراهيم/ibrahim إسراء/israa باسم/basim \
        بشرى/bushra جمال/jamal جنى/jana حسن/hasan حسين/hussein حنان/hanan خالد/khalid خديجة/khadija دانا/dana رامي/rami \
        رنا/rana ريم/reem زينب/zainab زياد/ziad سارة/sara سامي/sami سعيد/saeed سلمى/salma سلمان/salman سمير/samir \
        شيماء/shaimaa طارق/tariq عادل/adel عائشة/aisha عمر/omar علي/ali غادة/ghada فاطمة/fatima فهد/fahd كريم/karim \
        ليلى/layla لينا/lina مازن/mazen مريم/maryam محمود/mahmoud منى/mona نادية/nadia نور/noor هدى/huda ياسمين/yasmin \
        يوسف/yousef",
    last_names: "الأحمد/alahmad الأنصاري/alansari البغدادي/albaghdadi التميمي/altamimi الجابري/aljabri الجندي/aljundi \
        الحداد/alhaddad الحربي/alharbi الحسيني/alhusseini الحكيم/alhakim الحلبي/alhalabi الخطيب/alkhatib الخوري/alkhoury \
        الدوسري/aldosari الراشد/alrashid الرفاعي/alrifai الزهراني/alzahrani السعيد/alsaeed السيد/alsayed الشامي/alshami \
        الشريف/alsharif الشمري/alshammari الصباغ/alsabbagh العتيبي/alotaibi العلي/alali العمري/alomari الغامدي/alghamdi \
        الفارس/alfaris القاسم/alqasim القحطاني/alqahtani الكردي/alkurdi المالكي/almaliki المصري/almasri المطيري/almutairi \
        المنصور/almansour النجار/alnajjar النعيمي/alnuaimi الهاشمي/alhashimi بدوي/badawi حمدان/hamdan درويش/darwish \
        سليمان/sulaiman شاهين/shaheen صالح/saleh عباس/abbas عبدالله/abdullah عثمان/othman عيسى/issa فرح/farah ناصر/nasser",
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
    first_names: "אביב/aviv אבנר/avner אברהם/avraham אורי/uri אורלי/orly איילת/ayelet איתן/eitan אלון/alon אלעד/elad \
        אמיר/amir ארז/erez אריאל/ariel בועז/boaz גיא/guy גיל/gil גלית/galit דליה/dalia דן/dan דנה/dana דוד/david דניאל/daniel \
        הדס/hadas הילה/hila ורד/vered חן/chen טל/tal יואב/yoav יובל/yuval יונתן/yonatan יעל/yael יוסף/yosef כרמל/carmel \
        לאה/leah ליאור/lior לירון/liron מאיה/maya מיכל/michal משה/moshe נועה/noa נועם/noam נטע/neta עידו/ido עמית/amit ענת/anat \
        רון/ron רות/ruth רחל/rachel שירה/shira שלומי/shlomi תמר/tamar",
    last_names: "אבידן/avidan אברמוב/abramov אדלר/adler אוחיון/ohayon אזולאי/azoulay אלון/alon אלמוג/almog אשכנזי/ashkenazi \
        בן־דוד/bendavid ביטון/biton ברגר/berger ברק/barak גבאי/gabay גולן/golan גולדברג/goldberg גרוס/gross דהן/dahan דיין/dayan \
        הורוביץ/horowitz הלוי/halevi הראל/harel וייס/weiss ועקנין/vaknin זהבי/zahavi חדד/hadad חזן/hazan חיימוב/haimov \
        יוספי/yosefi כהן/cohen כץ/katz לביא/lavi לוי/levy מור/mor מזרחי/mizrahi מלכה/malka נחום/nahum סגל/segal עמר/amar פלד/peled \
        פרידמן/friedman פרץ/peretz צור/tzur קפלן/kaplan רוזן/rosen רוזנברג/rosenberg שחר/shahar שטרן/stern שפירא/shapira שרון/sharon \
        תורג׳מן/turgeman",
    places: &[
        Place { location: "Tel Aviv, Israel", timezone: "Asia/Jerusalem", language: "he" },
        Place { location: "Haifa, Israel", timezone: "Asia/Jerusalem", language: "he" },
    ],
};

pub(super) const CHINESE: Culture = Culture {
    order: Order::FamilyFirstJoined,
    first_names: "伟/wei 芳/fang 娜/na 敏/min 静/jing 丽/li 强/qiang 磊/lei 洋/yang 艳/yan 勇/yong 军/jun 杰/jie 涛/tao 明/ming 超/chao \
        霞/xia 平/ping 刚/gang 婷/ting 浩然/haoran 子涵/zihan 雨桐/yutong 梓萱/zixuan 宇轩/yuxuan 思远/siyuan 欣怡/xinyi 佳琪/jiaqi 俊杰/junjie \
        晓明/xiaoming 晓燕/xiaoyan 志强/zhiqiang 建国/jianguo 建华/jianhua 文静/wenjing 文博/wenbo 雅琴/yaqin 嘉怡/jiayi 天宇/tianyu 诗涵/shihan \
        一诺/yinuo 美玲/meiling 春梅/chunmei 国栋/guodong 海燕/haiyan 立新/lixin 若曦/ruoxi 书豪/shuhao 心悦/xinyue 泽宇/zeyu",
    last_names: "王/wang 李/li 张/zhang 刘/liu 陈/chen 杨/yang 赵/zhao 黄/huang 周/zhou 吴/wu 徐/xu 孙/sun 胡/hu 朱/zhu 高/gao 林/lin 何/he \
        郭/guo 马/ma 罗/luo 梁/liang 宋/song 郑/zheng 谢/xie 韩/han 唐/tang 冯/feng 于/yu 董/dong 萧/xiao 程/cheng 曹/cao 袁/yuan 邓/deng 许/xu \
        傅/fu 沈/shen 曾/zeng 彭/peng 吕/lv 苏/su 卢/lu 蒋/jiang 蔡/cai 贾/jia 丁/ding 魏/wei 薛/xue 叶/ye 欧阳/ouyang",
    places: &[
        Place { location: "Shanghai, China", timezone: "Asia/Shanghai", language: "zh-CN" },
        Place { location: "Singapore", timezone: "Asia/Singapore", language: "zh-SG" },
    ],
};

pub(super) const JAPANESE: Culture = Culture {
    order: Order::FamilyFirst,
    first_names: "愛/ai 葵/aoi 明美/akemi 彩/aya 綾香/ayaka 千尋/chihiro 大輔/daisuke 恵美/emi 英二/eiji 花子/hanako 春樹/haruki 陽菜/hina \
        弘/hiroshi 一郎/ichiro 純/jun 健太/kenta 健一/kenichi 恵子/keiko 香織/kaori 和也/kazuya 浩二/koji 舞/mai 誠/makoto 真由美/mayumi \
        美咲/misaki 美穂/miho 直樹/naoki 奈々/nana 伸夫/nobuo 蓮/ren 涼/ryo 亮太/ryota 桜/sakura 聡/satoshi 翔/sho 翔太/shota 沙織/saori \
        鈴/suzu 隆/takashi 拓也/takuya 哲也/tetsuya 智子/tomoko 翼/tsubasa 結衣/yui 由美子/yumiko 裕太/yuta 優子/yuko 雪/yuki 陽一/yoichi \
        ひかり/hikari",
    last_names: "佐藤/sato 鈴木/suzuki 高橋/takahashi 田中/tanaka 伊藤/ito 渡辺/watanabe 山本/yamamoto 中村/nakamura 小林/kobayashi 加藤/kato \
        吉田/yoshida 山田/yamada 佐々木/sasaki 山口/yamaguchi 松本/matsumoto 井上/inoue 木村/kimura 林/hayashi 斎藤/saito 清水/shimizu \
        山崎/yamazaki 森/mori 池田/ikeda 橋本/hashimoto 阿部/abe 石川/ishikawa 山下/yamashita 中島/nakajima 石井/ishii 小川/ogawa 前田/maeda \
        岡田/okada 長谷川/hasegawa 藤田/fujita 後藤/goto 近藤/kondo 村上/murakami 遠藤/endo 青木/aoki 坂本/sakamoto 福田/fukuda 太田/ota \
        西村/nishimura 藤井/fujii 岡本/okamoto 三浦/miura 中野/nakano 原田/harada 松田/matsuda 竹内/takeuchi",
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
        지우/jiwoo 지훈/jihoon 진영/jinyoung 채원/chaewon 태윤/taeyun 하늘/haneul 하은/haeun 현우/hyunwoo 혜진/hyejin 희수/heesu",
    last_names: "김/kim 이/lee 박/park 최/choi 정/jung 강/kang 조/cho 윤/yoon 장/jang 임/lim 한/han 오/oh 서/seo 신/shin 권/kwon 황/hwang \
        안/ahn 송/song 전/jeon 홍/hong 유/yoo 고/ko 문/moon 양/yang 손/son 배/bae 백/baek 허/heo 남/nam 심/shim 노/noh 하/ha 곽/kwak 성/sung \
        차/cha 주/joo 우/woo 구/koo 민/min 류/ryu 나/na 진/jin 지/ji 엄/eom 채/chae 원/won 천/cheon 방/bang 공/kong 현/hyun",
    places: &[
        Place { location: "Seoul, South Korea", timezone: "Asia/Seoul", language: "ko" },
        Place { location: "Busan, South Korea", timezone: "Asia/Seoul", language: "ko" },
    ],
};

pub(super) const HINDI: Culture = Culture {
    order: Order::GivenFirst,
    first_names: "अंकित/ankit अंजलि/anjali अदिति/aditi अनिल/anil अनीता/anita अमित/amit अर्जुन/arjun आकाश/akash आरती/aarti आशा/asha \
        ईशा/isha कविता/kavita कमल/kamal करण/karan किरण/kiran गीता/geeta गौरव/gaurav चेतन/chetan जया/jaya ज्योति/jyoti दीपक/deepak \
        दीपिका/deepika दिव्या/divya नेहा/neha नितिन/nitin निशा/nisha पूजा/pooja प्रिया/priya प्रकाश/prakash मनीष/manish मीना/meena \
        मोहन/mohan राज/raj राहुल/rahul राधा/radha रोहित/rohit ऋतु/ritu लक्ष्मी/lakshmi विकास/vikas विजय/vijay शालिनी/shalini \
        श्रेया/shreya संजय/sanjay सुनीता/sunita सुरेश/suresh सीमा/seema सोनिया/sonia स्वाति/swati हर्ष/harsh हेमा/hema",
    last_names: "अग्रवाल/agarwal अरोड़ा/arora आहूजा/ahuja उपाध्याय/upadhyay ओझा/ojha कपूर/kapoor कुमार/kumar कौशिक/kaushik खन्ना/khanna \
        गर्ग/garg गुप्ता/gupta गोयल/goyal चतुर्वेदी/chaturvedi चावला/chawla चोपड़ा/chopra चौधरी/chaudhary चौहान/chauhan जैन/jain \
        जोशी/joshi झा/jha ठाकुर/thakur तिवारी/tiwari त्रिपाठी/tripathi दुबे/dubey द्विवेदी/dwivedi नेगी/negi पंत/pant पांडे/pandey \
        पाठक/pathak बंसल/bansal भट्ट/bhatt भाटिया/bhatia मल्होत्रा/malhotra माथुर/mathur मिश्रा/mishra मेहता/mehta मेहरा/mehra \
        यादव/yadav रावत/rawat राठौर/rathore वर्मा/verma वालिया/walia शर्मा/sharma शुक्ला/shukla सक्सेना/saxena सिंह/singh \
        सिन्हा/sinha सेठी/sethi सोनी/soni श्रीवास्तव/srivastava",
    places: &[
        Place { location: "Pune, India", timezone: "Asia/Kolkata", language: "hi" },
        Place { location: "Jaipur, India", timezone: "Asia/Kolkata", language: "hi" },
    ],
};
