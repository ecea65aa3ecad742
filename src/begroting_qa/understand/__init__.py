"""Question -> Plan: what is asked, which words carry it, and what restricts where the answer may stand."""
