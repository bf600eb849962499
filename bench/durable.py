NAMES = ()


def compare(names, rounds):
    return []
