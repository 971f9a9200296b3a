"""The little words of each language, by script: what the guess at a language rests on.

A word stands in the list of every language that uses it; one that many share says little, one that a single language
uses says much. Roman spellings of Indian languages are those of readers' comments, several to a word. `HINTS` are
letters that one language of a script uses and its neighbours do not, `STRANGE` letters of Latin script that none of these
languages writes.

Left out on purpose: words that would carry a text of another language away, such as Danish `men`, `her` and `for` (English)
and `alle` (Malayalam in Roman letters). Where two languages hear as much, the one that stands first has it: so the northern
ones stand behind the Indian.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final


def _sets(table: dict[str, str]) -> Mapping[str, frozenset[str]]:
    return MappingProxyType({code: frozenset(words.split()) for code, words in table.items()})


LATIN: Final = _sets(
    {
        "en": (
            "the of and to in is are was were be been that this these those it its he she they we you"
            " i am my your his her our their not no do does did have has had will would can could should"
            " what who why how when where which with for from by on at as an a or but if so all about"
            " because than then there here just only more people very good like get go know think"
            " want say said now please thank thanks them him me us too also after never any every"
            " some many much even well right make being into over out up don't can't won't isn't it's"
            " i'm"
        ),
        "de": (
            "der die das und ist nicht ich du er sie es wir ihr ein eine einen einem einer den dem"
            " des zu mit von auf für im auch sich wie als noch nur aber oder wenn dass daß haben hat"
            " hatte sind war wird werden bei nach aus um am so kein keine mehr schon sehr über man"
            " mich mir dir dich uns was wer warum hier dann doch immer diese dieser"
        ),
        "fr": (
            "le la les un une des du de et est que qui dans pour pas ne vous nous je tu il elle on ce"
            " cette ces au aux avec sur plus mais ou où sont par se son sa ses mon ma mes leur tout"
            " tous comme même être avoir fait c'est j'ai n'est d'un qu'il bien très aussi si sans"
        ),
        "es": (
            "el la los las un una de del que y en es por para con no se lo al como más pero su sus le"
            " ha me si sin sobre este esta esto todo también muy ya porque cuando qué están son fue"
            " hay ser tiene nos yo tú usted"
        ),
        "pt": (
            "o a os as um uma de do da dos das que e em no na nos nas por para com não se é como mais"
            " mas seu sua ele ela eu você isso este esta foi são tem já muito também porque quando"
            " ser está pelo pela ao aos me"
        ),
        "it": (
            "il lo la i gli le un una di del della dei che e è in per con non si sono come più ma"
            " anche suo sua ha hanno questo questa io tu lui lei noi voi perché quando molto alla al"
            " da dal nel nella"
        ),
        "nl": (
            "de het een en van is in op te dat die niet met voor zijn er aan ook als maar om bij dan"
            " nog naar heeft ik je hij ze wij we jullie wat waar door over uit geen meer wel zo kan"
            " deze dit jij jou jouw mijn bent hebben hou toch moet veel nooit niets iedereen echt"
        ),
        "tr": (
            "ve bir bu için de da ne mi çok var yok ama gibi daha ile değil ben sen o biz siz en"
            " kadar sonra her şey olarak olan diye ki mı mu mü nasıl neden böyle"
        ),
        "id": (
            "yang dan di ini itu dengan untuk tidak dari dalam akan pada juga saya ke karena ada"
            " mereka kita bisa sudah atau kami anda nya lebih orang"
        ),
        "hi-Latn": (
            "hai hain hei he h nahi nahin nhi nai ka ki ke ko kya kyun kyu kyon kyo aur or bhi ye yeh"
            " yah woh wo vo voh jo to toh tho hum ham tum tu aap ap mera mere meri tera tere teri"
            " uska uske uski iska iske iski unka unke inka apna apne apni hamara hamare hamari"
            " tumhara tumhare se me mein mei main par pe bhai yaar log logo logon sab sabko koi kuch"
            " kuchh kaise kaisa kaisi kab kahan kaha ab abhi phir fir bahut bohot bohat bhut kar karo"
            " karna karte karta karti kare karenge raha rahe rahi tha thi hoga hogi honge gaya gayi"
            " gaye diya diye liya liye jaise jab tab agar lekin magar sirf bas haan ji wala wale wali"
            " accha acha achha baat bol bolo sahi galat pata chahiye jana jaao jao ek hi kisi isko"
            " usko mujhe tujhe hume humko unko inko har din tak"
        ),
        "mr-Latn": (
            "ahe aahe ahet aahet nahi nahiye ani aani mi tu to ti te amhi tumhi tyala tila mala tula"
            " kay kai kasa kashi kase kuthe kadhi pan ha hi he hya tya cha chi che chya la na var"
            " madhe sathi mhanun mhanje ata khup kahi zala jhala zali kela keli karun nako hota hoti"
            " aapan apan lok sagle"
        ),
        "kok-Latn": (
            "asa asat aasa nam nhoi nhuim naka na ani aani hanv hanvem hav ami aami tumi tum to ti te"
            " tem tor zalear zait zata zalo zali zalem zaun kitem kiteak kityak kosso kosi kosem"
            " khuim koxem punn pun mhojem mhojo mhoji tujem tujo tuji amchem amcho amchi tumchem"
            " tumcho tumchi tache tachem tacho tannem tanni mhaka tuka taka amkam tumkam tankam poi"
            " polle poilem re go gha ghe dil'lem goenkar goem goychem goyche konknni borem boro bori"
            " khub sogle soglem hem ho hi amger vochop korta kortat korunk korun ulo uloi dekun zaite"
            " lok lokank tori atam"
        ),
        "kn-Latn": (
            "illa ide idhe ideya idu adu avaru avanu avalu avnu avlu ivaru ivanu ivnu naanu nanu"
            " naavu navu neenu ninu neevu nivu nanna namma nimma ninna avara avana ivara yaaru yaru"
            " enu yenu yaake yake hege yaavaga yavaga elli alli illi mattu athva aadre adre andre"
            " andhre aagi aagide aagutte agide agutte maadi madi maadu madu maadbeku beku beda bedi"
            " togo helu heli hogi hogu banni bandu guru anna mele kelasa jana janaru ondu eradu tumba"
            " thumba channagi chennagi sari gottu gottilla kannada karnataka ella elru yella haage"
            " hage heege kooda kuda matra maga olle kothegu hogli irli saaku saku madthare madtare"
            " madthaare idare idhare iddare irutte"
        ),
        "ml-Latn": (
            "aanu anu alla illa undu ille njan njaan nee ningal avan aval avar nammal nammude ente"
            " ninte avante ivan ithu ithe athu entha enthu enthanu engane evide eppol pinne pakshe"
            " ennal oru ellam ellavarum valare nalla cheyyum cheythu paranju parayu venam venda mathi"
            " kollam poli sheri shari ayi aayi aayirunnu ulla ullathu ennu enn kond malayali inte und oru"
        ),
        "ta-Latn": (
            "illa illai irukku iruku irukken enna yenna epdi eppadi yen yaar naan nan nee neenga"
            " ninga avan aval avanga avar namma nama enga engal enaku unaku unakku romba rompa nalla"
            " oru intha indha antha andha ithu adhu athu than dhan thaan da pa la ku ellam ella poda"
            " vanga pannu panna panni pannunga sollu solla vandhu seri mattum kooda tamil thamizh"
            " makkal"
        ),
        "te-Latn": (
            "ledu undi unnadi emi enti ela enduku evaru nenu nuvvu meeru miru vaadu vadu aame memu"
            " manam mana naa nee maa mee idi adi ikkada akkada chala chaala manchi oka kuda kani"
            " mariyu cheyyi chesi chesaru cheppu vaccharu anni andaru kaadu kadu avunu ante telugu"
        ),
        "tcy-Latn": (
            "undu undhu ijji ijjji yan yaan enk enkl enklu enkleg ee eer eeru nikl nikleg aye aal aar"
            " akl akleg nama namma nammanu encha yencha daane dane dayeg daye volpa olpa apaga nana"
            " bokka pandd pand pande panper malpu malpere malper popuna barpuna ithe ipuna ippu edde"
            " hala tulu tuluver tulunadu maarre marre"
        ),
        "sv": (
            "och att det är inte jag du han hon vi ni de den som på av för med till om har hade var vad"
            " varför hur när där här eller så ett en min din ditt er era deras alla allt mycket bara kan"
            " ska skulle vill måste blir vara från efter också ingen inget något någon detta mig oss sig"
            " utan nu då ju vet vem vilken bra"
        ),
        "da": (
            "og det er ikke jeg du han hun vi de den som på af med til om har havde var hvad hvorfor"
            " hvordan hvor hvem når der eller så et en min din dit jer jeres deres meget bare kan"
            " skal skulle vil ville må bliver være fra efter også ingen noget nogen dette disse mig os"
            " sig uden nu da jo ved fordi tak"
        ),
        "nb": (
            "og det er ikke jeg du han hun vi dere de den som på av med til om har hadde var hva"
            " hvorfor hvordan hvor hvem når der eller så et en min din ditt deres mye bare kan skal"
            " skulle vil ville må blir være fra etter også ingen noen dette disse meg deg oss seg uten"
            " nå da jo vet fordi takk"
        ),
    }
)
DEVANAGARI: Final = _sets(
    {
        "hi": (
            "है हैं नहीं का की के को में से और भी यह ये वह वो जो तो हम तुम आप मैं मेरा मेरे मेरी तेरा"
            " तेरी तेरे उसका इसका अपना अपने पर ने क्या क्यों कैसे कब कहाँ कहां अब फिर बहुत कर करना"
            " करते करता रहा रहे रही था थे थी होगा गया गई गए कुछ सब कोई ही एक लिए साथ वाले वाला लोग हो"
            " अगर लेकिन"
        ),
        "mr": (
            "आहे आहेत नाही आणि मी तू तो ती ते आम्ही तुम्ही त्याला मला तुला काय कसे कसा कुठे पण हा ही"
            " हे ह्या या चा ची चे च्या ला मध्ये साठी म्हणून म्हणजे आता खूप झाला झाली केला केली करून"
            " होता होती त्यांना त्यांनी यांनी असे अशी आपण लोक सर्व काही"
        ),
        "kok": (
            "आसा आसात ना न्हय आनी हांव आमी तुमी तो ती तें तर जाल्यार जाता जालो जाली जालें कितें"
            " कित्याक कशें खंय पूण म्हजें म्हजो म्हजी तुजें तुजो आमचें आमचो आमची तुमचें ताचें ताचो"
            " ताणें तांणी म्हाका तुका ताका आमकां तुमकां हें हो ही बरें बरो बरी सगळे सगळें गोंय"
            " गोंयकार कोंकणी आतां लोक उलय करपाक करता"
        ),
        "ne": (
            "छ छन् हो होइन र को का लाई मा ले पनि यो त्यो हामी तिमी तपाईं म मेरो तेरो के किन कसरी कहाँ अब धेरै गर्न गर्ने भयो थियो छैन"
        ),
    }
)
ARABIC: Final = _sets(
    {
        "ar": (
            "في من على إلى أن هذا هذه التي الذي ما لا لم لن كان هو هي و يا عن مع كل بعد قبل أو ثم انت"
            " أنت نحن هم كيف لماذا"
        ),
        "ur": ("ہے ہیں نہیں کا کی کے کو میں سے اور بھی یہ وہ جو تو ہم تم آپ نے پر کیا کیوں ہو تھا تھی ہوں اب ایک لوگ"),
        "fa": "است که از به در را این آن با برای نیست هم من تو ما شما او چه چرا می های شد کرد بود یک و",
    }
)
CYRILLIC: Final = _sets(
    {
        "ru": (
            "и в не на что я он с как это по но они мы ты вы к у из за от так же бы то все его ее их"
            " был для если нет да уже"
        ),
        "uk": (
            "і в не на що я він з як це по але вони ми ти ви до у із за від так же б то все його її"
            " їх був для якщо ні та вже"
        ),
    }
)
BENGALI: Final = _sets(
    {
        "bn": ("না এই আমি তুমি সে আমার তোমার কি কে যে ও এবং করে হয় আছে নেই থেকে জন্য আর কেন কিভাবে একটা আপনি তারা"),
        "as": "নাই এই মই তুমি সি মোৰ তোমাৰ কি কোন যে আৰু কৰি হয় আছে পৰা বাবে কিয় কেনেকৈ এটা আপুনি",
    }
)
SCRIPTS: Final = {"Latn": LATIN, "Deva": DEVANAGARI, "Arab": ARABIC, "Cyrl": CYRILLIC, "Beng": BENGALI}


def _by_word(languages: Mapping[str, frozenset[str]]) -> Mapping[str, tuple[str, ...]]:
    """For each word the languages that use it."""
    users: dict[str, tuple[str, ...]] = {}
    for code, words in languages.items():
        for word in words:
            users[word] = (*users.get(word, ()), code)
    return MappingProxyType(users)


LANGUAGES: Final = MappingProxyType({script: tuple(languages) for script, languages in SCRIPTS.items()})
WORDS: Final = MappingProxyType({script: _by_word(languages) for script, languages in SCRIPTS.items()})
HINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "de": "ßäöü", "fr": "êèçœàùî", "es": "ñ¿¡", "pt": "ãõ", "sv": "åäö", "da": "åæø", "nb": "åæø", "tr": "ışğöü",
        "ur": "ٹڈڑںے", "fa": "پژ", "uk": "іїєґ", "ru": "ыэъё", "as": "ৰৱ",
    }
)  # fmt: skip
STRANGE: Final = re.compile("[ąćęłńśźżčďěňřšťůžőűășțţđơưðþėįųļķģ\u1ea0-\u1ef9]")
"""Polish, Czech, Hungarian, Romanian, Vietnamese, Icelandic, Baltic and their neighbours."""
