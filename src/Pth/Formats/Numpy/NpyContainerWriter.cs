using Pth.Bytes;

namespace Pth.Formats.Numpy;

/// <summary>Writes the one tensor of a checkpoint as <c>numpy.save</c> does, byte for byte.</summary>
internal sealed class NpyContainerWriter : IContainerWriter
{
    /// <inheritdoc />
    public SaveSummary Save(PyValue root, string? path, WriteOptions options, Func<long, ByteSink> open)
    {
        PyValue named = root is PyTensor ? new PyDict { ["array"] = root } : root;
        var selection = TensorSelection.Take(named, options, "a NumPy file", (_, view) => NpyFile.Refuse(view));
        if (selection.Tensors.Count != 1)
        {
            throw new InvalidOperationException(
                $"Found {selection.Tensors.Count} tensors, expected one for a NumPy file: choose {nameof(ContainerFormat.Npz)} for several."
            );
        }
        NpyFile file = NpyFile.Plan(selection.Tensors[0].Value);
        var plan = new WritePlan();
        plan.Add(file.Header);
        file.Elements.AddTo(plan);
        using ByteSink sink = open(plan.Length);
        plan.Write(sink, options.Progress, options.CancellationToken);
        sink.Commit();
        return new SaveSummary(plan.Length, 1, file.Elements.Data.Length, 0)
        {
            LeftOut = selection.LeftOut,
            Dropped = selection.Dropped,
        };
    }
}
