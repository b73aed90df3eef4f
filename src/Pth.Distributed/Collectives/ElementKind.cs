namespace Pth.Distributed.Collectives;

internal enum ElementKind
{
    UInt8,
    Int8,
    Int16,
    Int32,
    Int64,
    Float16,
    BFloat16,
    Float32,
    Float64,
    Bool,
}
