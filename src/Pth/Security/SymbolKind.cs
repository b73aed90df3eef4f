namespace Pth.Security;

/// <summary>What a value of a pickle is, as far as it can be known without running anything.</summary>
internal enum SymbolKind : byte
{
    Unknown,
    None,
    Bool,
    Int,
    Float,
    Text,
    Bytes,
    Tuple,
    List,
    Dict,
    Set,
    Global,
    Call,
    Persistent,
    Extension,
}
