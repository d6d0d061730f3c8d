"""Plans that move many tickets at once: off somebody who is not there, or from the full to the free of a group.

    values     a ticket in a plan, what is to become of it, and the marks that ask for a decision
    plan       the plan as a value: its rows with loads, changes in place that leave the rest alone
    propose    who takes over what of somebody who is away
    balance    what to move so that nobody of a group carries far more than the others
    cover      duties on call and visits of the one who is away

Pure and deterministic; nothing is written by making a plan. Nobody goes to or over their capacity without a mark, and
nobody gets what they lack the skill for without one. Instants are integer seconds UTC; `now` is passed in.
"""
