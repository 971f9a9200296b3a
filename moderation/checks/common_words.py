"""Short words that are words by themselves: two of them beside each other are two words, however they read when joined.

English, Indian English and Hindi in Roman letters, with the abbreviations of our news. Which joined words are listed is apart.py's.
"""

from __future__ import annotations

from typing import Final

COMMON_WORDS: Final = (
    "a aap ab abp act add adv age ages agm ago aid air all ally am an and ants any apr are as ask ass at ate aug"
    " aur avg bad bag ban bar bas be bed bet bhai bhi big bit bjp bus but buy by can cap car cbi cc ceo cid cm con"
    " cop cow cr cry crz cum cup cut dad dam day dc de dgp did die dig dim do dog don dono dot dr dry due ear eat"
    " ed edc egg ego ek em emi end era etc ev eve ex eye fan far fat fda feb fee few fir fit fix fly fog for fri"
    " ft fun gas gdp get gmc goa god got gst gun guy ha had hai half has hat hc he hell hen her hers hey hi hid"
    " him hip his hit hits ho hole hot how hr hrs i ias ice icu id if ii iii iit ill in inr ion ions ipl ips is it"
    " its ja jab jam jan jaw jet ji jo job joy jul jun just ka kar ke key kg ki kid km kms ko kya la lab lap law"
    " lay le led leg let lic lid lie lip lit lo log lot low lpg lt ltd mad madam man map mar mat may me mein men"
    " met min mix mla mob mom mon mou mp mr mrs ms mud my na nahi nan nd nda net new ngo nh nhi nil nit no nod non"
    " nor not nov now npp nu nut obc oct of off oh oil ok ola old on one or ott our ours out own pa pan par pay"
    " pdf pe pen per pet pie pig pin pit pits pm pop pot ppe pro pub put pwd rag ram ran rant rap rat rate raw rbi"
    " rd re red rest rid rob rod row rs rti rto rub run sab sad sat saw say sc se sea sec see sen sep set sex she"
    " shot shy sin sip sir sit six sky smc sms so son sop sp spy st sub sum sun tab tak tan tap tar tax te tea ten"
    " tens th the ti tie tip tit tmc to toe ton too top toy try tu tub tv two uk un up upi us usa use vah van vat"
    " via vip vo vp vs wa war was way we web wet who why win wit wo woh won ye yeh yes yet you zoo"
)
COMMON: Final = frozenset(COMMON_WORDS.split())
