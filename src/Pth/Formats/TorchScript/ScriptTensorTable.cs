using System.Globalization;
using Pth.Errors;
using Pth.Formats.Archive;
using Pth.Formats.Torch;
using Pth.Zip;

namespace Pth.Formats.TorchScript;

/// <summary>The tensors of <c>model.json</c> by their numbers, each made as the pickles of today describe it.</summary>
internal sealed class ScriptTensorTable
{
    private static readonly PyGlobal Rebuild = new("torch._utils", "_rebuild_tensor_v2");
    private static readonly PyGlobal RebuildQuantized = new("torch._utils", "_rebuild_qtensor");
    private static readonly PyGlobal PerTensor = new("torch", "per_tensor_affine");

    private readonly TorchArchive _archive;
    private readonly TorchResolver _resolver;
    private readonly ErrorLocation _location;
    private readonly PyTensor[] _tensors;
    private readonly bool[] _used;

    public ScriptTensorTable(
        TorchArchive archive,
        IReadOnlyList<ScriptTensorEntry> entries,
        ArchiveStorages storages,
        ErrorLocation location
    )
    {
        _archive = archive;
        _location = location;
        _resolver = new TorchResolver(storages, location);
        _used = new bool[entries.Count];
        _tensors = [.. entries.Select(Make)];
    }

    /// <summary>The tensor of a number, which then has a name.</summary>
    public PyTensor Use(long id, ErrorLocation here)
    {
        if (id < 0 || id >= _tensors.Length)
        {
            throw here.Error(
                CheckpointErrorKind.InvalidTensor,
                $"tensor {id.ToString(CultureInfo.InvariantCulture)} of {_tensors.Length}",
                "the number of a tensor"
            );
        }
        _used[id] = true;
        return _tensors[id];
    }

    /// <summary>The tensors that only code refers to, its constants; null where there are none.</summary>
    public PyDict? CollectUnused()
    {
        PyDict? unused = null;
        for (int i = 0; i < _tensors.Length; i++)
        {
            if (!_used[i])
            {
                (unused ??= []).Add(new PyString($"tensors[{i}]"), _tensors[i]);
            }
        }
        return unused is null ? null : new PyDict { { new PyString(TorchRecords.ScriptModel), unused } };
    }

    private PyTensor Make(ScriptTensorEntry entry)
    {
        (string storageClass, int itemSize) = StorageOf(entry);
        if (
            !entry.Key.StartsWith(ScriptRecords.Tensors, StringComparison.Ordinal)
            || !_archive.TryFind(entry.Key, out ZipEntry? record)
        )
        {
            throw _location.Error(
                CheckpointErrorKind.MissingRecord,
                $"no record '{_archive.Name}/{entry.Key}'",
                $"one below '{ScriptRecords.Tensors}'"
            );
        }
        if (record.Length % itemSize != 0)
        {
            throw _location.Error(
                CheckpointErrorKind.SizeMismatch,
                $"{record.Length} bytes in record '{record.Name}'",
                $"whole elements of {itemSize} bytes"
            );
        }
        PyTuple id = new(
            new PyString("storage"),
            new PyGlobal("torch", storageClass),
            new PyString(entry.Key[ScriptRecords.Tensors.Length..]),
            new PyString(entry.Device),
            new PyInt(record.Length / itemSize)
        );
        PyValue storage = _resolver.ResolvePersistentId(id, 0);
        PyValue offset = new PyInt(entry.Offset);
        PyValue shape = Tuple(entry.Shape);
        PyValue strides = Tuple(entry.Strides);
        PyValue requiresGrad = PyBool.Of(entry.RequiresGrad);
        var hooks = new PyDict { IsOrdered = true };
        PyObject call = entry.IsQuantized
            ? new(
                RebuildQuantized,
                new PyTuple(
                    storage,
                    offset,
                    shape,
                    strides,
                    new PyTuple(PerTensor, new PyFloat(entry.Scale), new PyInt(entry.ZeroPoint)),
                    requiresGrad,
                    hooks
                )
            )
            : new(Rebuild, new PyTuple(storage, offset, shape, strides, requiresGrad, hooks));
        return (PyTensor)_resolver.Construct(call, 0)!;
    }

    // The numbers are those of caffe2/proto/caffe2.proto, TensorProto.DataType.
    private (string StorageClass, int ItemSize) StorageOf(ScriptTensorEntry entry) =>
        (entry.DataType, entry.IsQuantized) switch
        {
            ("FLOAT" or "1", false) => ("FloatStorage", 4),
            ("INT32" or "2", false) => ("IntStorage", 4),
            ("BYTE" or "3" or "UINT8" or "6", false) => ("ByteStorage", 1),
            ("BOOL" or "5", false) => ("BoolStorage", 1),
            ("INT8" or "7", false) => ("CharStorage", 1),
            ("INT16" or "9", false) => ("ShortStorage", 2),
            ("INT64" or "10", false) => ("LongStorage", 8),
            ("FLOAT16" or "12", false) => ("HalfStorage", 2),
            ("DOUBLE" or "13", false) => ("DoubleStorage", 8),
            ("BYTE" or "3" or "UINT8" or "6", true) => ("QUInt8Storage", 1),
            ("INT8" or "7", true) => ("QInt8Storage", 1),
            ("INT32" or "2", true) => ("QInt32Storage", 4),
            _ => throw _location.Error(
                CheckpointErrorKind.Unsupported,
                $"a {(entry.IsQuantized ? "quantized " : "")}tensor of type '{entry.DataType}'",
                "a type that PyTorch 1.0 to 1.3 has"
            ),
        };

    private static PyTuple Tuple(IReadOnlyList<long> numbers) =>
        PyTuple.Create([.. numbers.Select(number => new PyInt(number))]);
}
