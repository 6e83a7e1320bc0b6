nav-rectify = Deadlines and rectification
records = Reporting deadlines
records-help = The clock of a decision starts on the day it is made. It is in time when its first valid receipt is not after the deadline; a wrong row mended before the deadline still counts as in time.
records-search = Find by document number or subject
records-decided-from = Decided from
records-decided-to = to
records-all = All
records-due = To be reported
records-due-today = Due today
records-overdue = Overdue
records-missing = Overdue, never received
records-late = Late
records-timely = In time
records-no-calendar = No deadline yet
records-none = No decision has a clock yet. Hand in licences or penalties, or upload a list of expected decisions: the deadline of each stands here then.
records-none-found = No decision meets the conditions.
records-clear = Clear the filter
records-total = { $n ->
    [one] 1 decision
   *[other] { $n } decisions
}
record-document = Document number
record-no-document = (no document number)
record-subject = Subject
record-decided = Decided on
record-deadline = Deadline
record-standing = Standing
record-attempts = Times handed in
record-first-received = First received
record-first-valid = First valid
record-timely = In time
record-late = { $n ->
    [one] 1 working day late
   *[other] { $n } working days late
}
record-left = { $n ->
    [one] 1 working day left
   *[other] { $n } working days left
}
record-today = Due today
record-overdue = { $n ->
    [one] 1 working day overdue
   *[other] { $n } working days overdue
}
record-withdrawn = Withdrawn
record-no-calendar = No calendar published
record-no-calendar-help = The working days of that year are not published yet, so there is no deadline.
record-not-received = not received yet
record-not-valid = not valid yet
record-limit = { $n } working days after the decision ({ $source })
record-expected = Known from
record-times = Times
record-attempts-none = It has not been handed in yet. Report it before the deadline.
record-received = Received
record-checked = Check
record-attempt-valid = valid
record-attempt-wrong = not valid
card-clock = Reporting deadlines
card-clock-all = All decisions
