"""Three ticket platforms imitated over real HTTP on loopback, with one generated company behind them.

Nothing here imports any other part of helpdesk_tui: what the adapters read from the sandbox would prove nothing
if both sides shared code.
"""
