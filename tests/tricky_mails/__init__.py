"""Some 400 mails that try to get a wrong answer out of us, by kind: each with the decision that is right for it."""

from tricky_mails.injections import injections
from tricky_mails.machines import machines
from tricky_mails.mail import AUTHSERV_ID, Tricky
from tricky_mails.people import people
from tricky_mails.rounds import rounds
from tricky_mails.senders import senders
from tricky_mails.witnesses import witnesses

__all__ = ["AUTHSERV_ID", "Tricky", "injections", "machines", "people", "rounds", "senders", "witnesses"]
