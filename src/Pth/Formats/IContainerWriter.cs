using Pth.Bytes;

namespace Pth.Formats;

/// <summary>Writes one kind of container, planned before its first byte.</summary>
internal interface IContainerWriter
{
    /// <param name="root">What is saved.</param>
    /// <param name="path">The file's path as it was given; null for a stream.</param>
    /// <param name="options">How to write.</param>
    /// <param name="open">Opens the target for so many bytes. Asked for once everything is planned.</param>
    /// <exception cref="InvalidOperationException">The format cannot hold what is saved.</exception>
    SaveSummary Save(PyValue root, string? path, WriteOptions options, Func<long, ByteSink> open);

    /// <summary>Why the format cannot hold a strided tensor under this name; null when it can. Formats that hold anything always can.</summary>
    string? Refuse(string name, TensorView view) => null;
}
