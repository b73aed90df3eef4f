using Pth.Bytes;

namespace Pth.Formats.SafeTensors;

/// <summary>Writes safetensors, byte for byte what <c>safetensors.torch.save_file</c> 0.8.0 writes with <c>format: pt</c> in its metadata.</summary>
internal sealed class SafeTensorsWriter : IContainerWriter
{
    private const string MetadataName = "__metadata__";

    /// <inheritdoc />
    public SaveSummary Save(PyValue root, string? path, WriteOptions options, Func<long, ByteSink> open)
    {
        var selection = TensorSelection.Take(root, options, "safetensors", Refuse);
        List<KeyValuePair<string, TensorView>> tensors = SafeTensorsLayout.Order(selection.Tensors);
        using var header = new PooledBuffer();
        SafeTensorsLayout.WriteHeader(header, tensors, Metadata(options.Metadata, selection.Dropped));
        var plan = new WritePlan();
        plan.Add(header.Written);
        foreach ((_, TensorView view) in tensors)
        {
            TensorElements.Open(view).AddTo(plan);
        }
        using ByteSink sink = open(plan.Length);
        plan.Write(sink, options.Progress, options.CancellationToken);
        sink.Commit();
        return new SaveSummary(plan.Length, tensors.Count, plan.Length - header.Written.Length, 0)
        {
            LeftOut = selection.LeftOut,
            Dropped = selection.Dropped,
        };
    }

    /// <inheritdoc />
    public string? Refuse(string name, TensorView view) =>
        SafeTensorsTypes.RankOf(view.DType) < 0 ? $"element type {view.DType.TorchName}"
        : view.DType == DType.Float4E2M1FnX2 && view.Shape.IsEmpty ? "float4_e2m1fn_x2 without dimensions"
        : name == MetadataName ? "a tensor with the name of the metadata"
        : !SafeTensorsText.CanHold(name) ? "a name with half of a surrogate pair"
        : null;

    /// <summary>In the order of their keys: the reference's own order changes from run to run.</summary>
    private static SortedDictionary<string, string>? Metadata(
        IReadOnlyDictionary<string, string>? given,
        IReadOnlyDictionary<string, string> dropped
    )
    {
        if (given is null && dropped.Count == 0)
        {
            return null;
        }
        var metadata = new SortedDictionary<string, string>(CodePointComparer.Instance);
        foreach ((string key, string value) in Texts(given, dropped))
        {
            if (!SafeTensorsText.CanHold(key) || !SafeTensorsText.CanHold(value))
            {
                throw new InvalidOperationException(
                    $"Found half of a surrogate pair in the metadata '{key}', expected whole characters."
                );
            }
            metadata.TryAdd(key, value);
        }
        return metadata;
    }

    // What is given goes before what is recorded, and that before what is added.
    private static IEnumerable<KeyValuePair<string, string>> Texts(
        IReadOnlyDictionary<string, string>? given,
        IReadOnlyDictionary<string, string> dropped
    ) => given is null ? dropped : given.Concat(dropped).Append(new("format", "pt"));
}
