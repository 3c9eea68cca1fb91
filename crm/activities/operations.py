"""The verbs of tasks, meetings, calls and the timeline, by the room that each is in."""

from .answers import answer_invitation
from .notes import change_activity, create_activity
from .reminders import give_reminders
from .rescheduling import reschedule
from .talks import change_call, change_meeting, create_call, create_meeting
from .todos import change_task, complete_task, create_task

__all__ = [
    "answer_invitation",
    "change_activity",
    "change_call",
    "change_meeting",
    "change_task",
    "complete_task",
    "create_activity",
    "create_call",
    "create_meeting",
    "create_task",
    "give_reminders",
    "reschedule",
]
