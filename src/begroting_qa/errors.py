"""What can go wrong, one class per thing that a caller handles differently.

BegrotingQAError
├── SettingsError        begroting.toml or a BEGROTING_QA_* variable is not usable
├── SourceError          a file of the corpus or its listing is not usable; nothing was published
├── ModelError           a model's files are missing, damaged or do not fit the index
├── GeneratorError       a language model gave no usable reply; the answer by quotes stands
├── IndexUnusableError   there is no generation that may be served
│   └── IndexDamagedError    a generation is incomplete, altered or made by another version
├── CasesError           an evaluation file does not fit its schema or the corpus
├── AnswererError        the service that is evaluated cannot be reached or does not speak its protocol
├── FeedbackError        a reader's judgement cannot be kept, or what was kept cannot be read
├── CorrectionError      a correction of the register cannot be kept, or what was kept cannot be read
├── NotFoundError        a document, stretch of text, commitment or code that is asked for does not exist
└── PortInUseError       the service cannot listen where it was told to
"""

from __future__ import annotations


class BegrotingQAError(Exception):
    """Root of the tree; its text says what failed, the value and the next step, in Dutch."""


class SettingsError(BegrotingQAError):
    """A setting is unknown or has an unusable value."""


class SourceError(BegrotingQAError):
    """A source file, or its entry in sources.toml, cannot be used."""


class ModelError(BegrotingQAError):
    """A model cannot be loaded, or the embedder is another one than the index was made with."""


class GeneratorError(BegrotingQAError):
    """A language model cannot be reached, fails, is too slow, or says something that is no reply."""


class IndexUnusableError(BegrotingQAError):
    """No index generation can be served."""


class IndexDamagedError(IndexUnusableError):
    """A generation does not match its manifest, or has another format."""


class CasesError(BegrotingQAError):
    """An evaluation file cannot be used."""


class AnswererError(BegrotingQAError):
    """What is asked by the evaluation gives no usable answer."""


class FeedbackError(BegrotingQAError):
    """Readers' judgements cannot be written or read."""


class CorrectionError(BegrotingQAError):
    """Corrections of the register cannot be written or read."""


class NotFoundError(BegrotingQAError):
    """What was asked for by name is not in the index."""


class PortInUseError(BegrotingQAError):
    """Another program listens on the port."""
