"""Who and where the corpus speaks of: all names, bodies and places are invented, so that no row speaks of anybody."""

from typing import NamedTuple


class Person(NamedTuple):
    """A name and the pronouns that go with it."""

    name: str
    subj: str
    poss: str
    obj: str


HE = """Fr Agnelo Quadrosso|Fr Lancelo Baretkar|Ronald Mascarhena|Caetano Furtadinho|Menino Godinhal|Walter Dsilvera|Melwin Saldhanal
Jerome Pintoor|Agnel Vazkar|Sunil Kotyanna|Dinesha Amblekar|Ganapa Shettigari|Vishwanath Bangeramar|Harisha Salianoor|Kusuma Poojarkal
Raghava Hebbaralli|Shivanna Gowdikere|Basavaraj Hugarimath|Mallikarjuna Patilkar|Ningappa Doddamalli|Manjunath Kulalbettu
Ibrahim Kudroliwal|Abdul Samad Beariwal|Riyaz Ullalkar|Nazir Kandalur|Mohammed Ashrafuddin Konnar|Yusuf Bolarkar
Sadanand Naikwade|Prakash Gaitondkar|Uday Shirodkari|Damodar Verlekarni|Gajanan Pednekari|Dr Suresha Nambiattu|Dr Anil Karanthaje
Inspector Lokesha Naregal|Corporator Jeevan Thokkottu|MLA Umesha Kabakamar|Adv Santosh Belapuri|Prof Chidanand Murthol
Tehsildar Ravindra Hosmath|Sarpanch Xavier Velhote|Harpreet Sandhunia|Tenzing Lhadup|Karuppan Selvarasu|Biju Thekkumala|Ramdas Jadhavkar
Bhaskar Rao Inamdaru|Cyril Lobokar|Elvis|Santhosh anna|Naveen Kumar B.Q.|Mr Shenoykar|Ashok bhai|Rockson Fernandel""".replace(
    "\n", "|"
).split("|")
SHE = """Sr Philomina Tauril|Sr Clemencia|Precilla Crastal|Lavina Noronhal|Jacintha Dcunhari|Maria Lourdina Afonsal|Fatima Bi Kudrolwal
Zubeda Uppinakar|Ayesha Kandakal|Shabana Bearyal|Vasanthi Shetigar|Sumithra Bangerkal|Girija Moolyar|Kamalakshi Devadigal|Rathnavathi Poojarkal
Dr Sharmila Haldonkar|Dr Roopa Kamathar|Sushma Gaudekar|Pushpa Hegdekatte|Principal Anitha Bhatkala|Councillor Mamatha Gattikar
Judge-madam Savithri Alurkar|Nirmala Naikani|Lakshmamma Gowdikere|Sunanda Pednekari|Anjali Kurupath|Headmistress Violet Misquithal
PDO Bhagya Hosmane|Warden Shantha Kurpadi|Rosy teacher|Mrs Alvaresh|Jaya akka""".replace("\n", "|").split("|")
PEOPLE = [Person(name, "he", "his", "him") for name in HE] + [Person(name, "she", "her", "her") for name in SHE]

BODIES = """Sri Manjaradi Co-operative Society|Konkanstar Finance|Suvarnadeepa Nursing Home|Holy Lantern College|Navabelaku Developers
Nayanadeepe Scan Centre|Kadalatheera Fisheries Pvt Ltd|Green Areca Exports|Panchadeepa Trust|Al-Noorani Travels|Malenaduve Crushers
Vibhavari Pharma|Mandvelim Sand Suppliers|Janadeepike Daily|St Evaristo's Hospital|Shubhalabhika Chits|Tulunadina Builders|Royal Pepper Hotel
Bluewave Fishmeal factory|Ammunje Milk Union|the town panchayat of Kallamane|the parish council of Velimbe|Saptamala Nursing Academy
the water board in Badagamar|Zamzam Overseas Recruiters|Sahyadrike Gold Loans|the bus union of Kodikere|Mother Hilda Home""".replace(
    "\n", "|"
).split("|")

PLACES = """Badagamar|Kallamane|Nandimar|Velimbe|Kodikere|Santa Ritem|Ambalamogra|Karambolim Waddo|Hosakumeri|Muddarpadi|Ullanje|Kenjoor Cross
Paduperar Katte|Sonnahalli|Thirthamane|Chandrakal|Beleguli|Marladi|Guddekoppal|Xelvona|Nagarbettu|Hirekolale|Kumbramar|Moodukere|our ward|Kudremale road""".replace(
    "\n", "|"
).split("|")

ROLES = """principal|parish priest|headmaster|ward member|sub-inspector|village accountant|bank manager|medical officer|hostel warden|temple trustee
masjid secretary|MLA|sarpanch|PWD engineer|ration shop owner|bus conductor union leader|RTO agent|tehsildar|dance teacher|cricket coach
panchayat secretary|forest guard|editor|notary|gym owner|tuition master|convent superior|chief surgeon""".replace(
    "\n", "|"
).split("|")

FILLER_BEFORE = """Good morning all.|Sir please note.|Read the full news.|Namaskara.|I am a regular reader since 2009.|Dev borem korum.|Salam to all readers.
Very sad news.|Enough is enough.|Admin don't delete this.|First time commenting here.|Wah.|Listen.|Arre baba.|What is happening to our town.
Sorry for my english.|Rain again today.|@editor""".replace("\n", "|").split("|")
FILLER_AFTER = """God is watching.|Jai Tulunadu.|😡😡|🙏|What to say.|Wake up people.|Please publish.|Have a nice day.|Shame.|No comments.|lol
Only God can save us.|🤦|Think about it.|That is all I want to say.|Viva Goa.|This is Kaliyuga.|😂😂😂|Pls reply.|Let us see.|👏👏|Anyway.""".replace(
    "\n", "|"
).split("|")
