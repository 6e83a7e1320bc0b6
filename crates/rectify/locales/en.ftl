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
issues = Issues
issues-help = Each cause of wrong rows in a submission is one issue. It closes by itself once all its rows are mended and landed, or given up.
issues-search = Find by number, error code or responsible person
issues-overdue = Past the deadline
issues-none = Nothing waits to be put right. When rows are rejected, their causes stand here.
issues-none-found = No issue meets the conditions.
issues-clear = Clear the filter
issues-total = issues: { $issues }, still to mend: { $rows }
issue-number = Number
issue-due = Earliest deadline
issue-assignee = Responsible
issue-nobody = nobody named
issue-phone = Telephone
issue-field = Field
issue-why = Why it is wrong
issue-fix = How to mend it
issue-findings = Errors
issue-open = To mend
issue-opened = Opened
issue-contacted = Last contact
issue-code = Error code
issue-state-open = To be mended
issue-state-disputed = Disputed
issue-state-closed = Closed
issue-mend = Mend
issue-people = Contacts
issue-people-none = Nobody is named yet. Name the responsible person in the data catalogue or on the page of the organisation.
issue-history = History
issue-by-platform = Platform
issue-entry-opened = Opened
issue-entry-note = Note
issue-entry-call = Called
issue-entry-disputed = Disputed
issue-entry-answered = Dispute answered
issue-entry-closed = Closed
issue-entry-reopened = Opened again
issue-note-label = Write a note
issue-note-add = Add the note
issue-call-label = Note a call: who was reached, and the answer
issue-call-add = Note as contacted
issue-dispute-label = If you think the rule is wrong, say why and on what basis
issue-dispute-add = Dispute
issue-answer-label = Answer to the dispute
issue-answer-add = Answer and open again
issue-noted = The note is added.
issue-called = The call is noted.
issue-disputed = Disputed. Nobody chases it until it is answered.
issue-answered = Answered; the issue is open again.
chase = Chase list
chase-help = Departments with something to put right, the earliest deadline first. After a call, note it on the issue.
chase-none = No department needs to be chased.
chase-earliest = Earliest deadline
faq = Frequent questions
faq-help = Made of the errors that occurred, the most frequent first; nothing in it tells whose they were.
faq-search = Find by symptom, remedy, field or error code
faq-none = No error has occurred yet. Once rows are rejected, causes and remedies gather here.
faq-none-found = No question matches. Try another word.
faq-counts = occurrences: { $findings }, departments: { $orgs }
faq-add = Add an explanation
faq-note = Explanation for those who fill in (leave empty to remove it)
faq-save = Save the explanation
faq-noted = The explanation is saved.
issue-faq = Frequent questions
