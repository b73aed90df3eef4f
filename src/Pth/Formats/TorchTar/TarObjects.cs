using System.Collections.Immutable;
using System.Globalization;
using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.Torch;

namespace Pth.Formats.TorchTar;

/// <summary>The storages and tensors of the entries <c>storages</c> and <c>tensors</c>, by their keys, which they share.</summary>
/// <remarks>Source: <c>torch/serialization.py</c> of PyTorch 0.1.1, and <c>_legacy_load</c> of later ones.</remarks>
internal sealed class TarObjects
{
    /// <summary>A pickle of a tuple and the numbers behind it are never shorter.</summary>
    private const int LeastLength = 16;

    /// <summary>Of PyTorch 0.1, and of every later one.</summary>
    private const int MostDimensions = 64;

    private readonly Dictionary<long, PyStorage> _storages = [];
    private readonly Dictionary<long, PyTensor> _tensors = [];

    /// <summary>What a persistent id in the object stands for; null where there is none of the key.</summary>
    public PyValue? Find(string key)
    {
        if (!long.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            return null;
        }
        return _tensors.TryGetValue(number, out PyTensor? tensor) ? tensor : _storages.GetValueOrDefault(number);
    }

    /// <summary>Reads the storages: a count, then for each (key, location, class), the number of elements and their bytes; then the views.</summary>
    public void ReadStorages(TarMember member)
    {
        for (long count = member.ReadCount(LeastLength); count > 0; count--)
        {
            ErrorLocation here = member.Here;
            PyTuple tuple = member.ReadTuple(3, "a storage's key, location and class");
            if (
                RebuildArguments.AsLong(tuple[0]) is not { } key
                || tuple[1] is not PyString device
                || tuple[2] is not PyGlobal storageClass
                || !StorageClasses.TryGetDType(storageClass.Name, out DType? dtype)
            )
            {
                throw here.Error(
                    CheckpointErrorKind.InvalidTensor,
                    $"({string.Join(", ", tuple.Select(item => item.Describe()))})",
                    "a storage's key, location and class"
                );
            }
            long elements = member.ReadInt64();
            ByteSource data = member.TakeData((Int128)elements * (dtype?.ItemSize ?? 1));
            var storage = new Storage(data, dtype ?? DType.UInt8, device.Value)
            {
                Key = key.ToString(CultureInfo.InvariantCulture),
                FileOffset = data.Locate().Offset,
            };
            Add(key, storage, here);
        }
        ReadViews(member);
        member.End();
    }

    /// <summary>Reads the tensors: a count, then for each (key, storage, class), dimensions, size, stride and first element.</summary>
    public void ReadTensors(TarMember member)
    {
        for (long count = member.ReadCount(LeastLength); count > 0; count--)
        {
            ErrorLocation here = member.Here;
            PyTuple tuple = member.ReadTuple(3, "a tensor's key, storage and class");
            int dimensions = member.ReadInt32();
            // It was meant as a number of 8 bytes.
            _ = member.ReadInt32();
            if (
                RebuildArguments.AsLong(tuple[0]) is not { } key
                || RebuildArguments.AsLong(tuple[1]) is not { } storageKey
                || dimensions is < 0 or > MostDimensions
            )
            {
                throw here.Error(
                    CheckpointErrorKind.InvalidTensor,
                    $"({string.Join(", ", tuple.Select(item => item.Describe()))}) of {dimensions} dimensions",
                    $"a tensor's key, storage and class, and at most {MostDimensions} dimensions"
                );
            }
            ImmutableArray<long> shape = member.ReadInt64s(dimensions);
            ImmutableArray<long> strides = member.ReadInt64s(dimensions);
            long offset = member.ReadInt64();
            Storage storage = StorageOf(storageKey, here).Storage;
            RequireType(tuple[2], storage, here);
            TensorView view = TorchResolver.View(storage, storage.DType, offset, shape, strides, here);
            if (_storages.ContainsKey(key) || !_tensors.TryAdd(key, new PyTensor(view)))
            {
                throw Twice(key, here);
            }
        }
        member.End();
    }

    /// <summary>A list of (key, storage, first element, number of elements): parts that are storages of their own.</summary>
    private void ReadViews(TarMember member)
    {
        ErrorLocation here = member.Here;
        PyValue value = member.ReadPickle();
        if (value is not PyList list)
        {
            throw here.Error(CheckpointErrorKind.InvalidTensor, value.Describe(), "a list of parts of storages");
        }
        foreach (PyValue item in list)
        {
            if (
                item is not PyTuple { Count: 4 } tuple
                || RebuildArguments.AsLong(tuple[0]) is not { } key
                || RebuildArguments.AsLong(tuple[1]) is not { } rootKey
                || RebuildArguments.AsLong(tuple[2]) is not { } offset
                || RebuildArguments.AsLong(tuple[3]) is not { } elements
            )
            {
                throw here.Error(
                    CheckpointErrorKind.InvalidTensor,
                    item.Describe(),
                    "a key, a storage's key, the first element and the number of elements"
                );
            }
            Storage root = StorageOf(rootKey, here).Storage;
            int size = root.DType.ItemSize;
            long available = root.ByteCount / size;
            if (offset < 0 || elements < 0 || offset > available || elements > available - offset)
            {
                throw here.Error(
                    CheckpointErrorKind.InvalidTensor,
                    $"{elements} elements from element {offset} on",
                    $"a part of the {available} of storage '{rootKey}'"
                );
            }
            var part = new Storage(root.Data.Slice(offset * size, elements * size), root.DType, root.Device)
            {
                Key = key.ToString(CultureInfo.InvariantCulture),
                FileOffset = root.FileOffset + (offset * size),
            };
            Add(key, part, here);
        }
    }

    private void Add(long key, Storage storage, ErrorLocation here)
    {
        if (!_storages.TryAdd(key, new PyStorage(storage)))
        {
            throw Twice(key, here);
        }
    }

    private PyStorage StorageOf(long key, ErrorLocation here) =>
        _storages.TryGetValue(key, out PyStorage? storage)
            ? storage
            : throw here.Error(CheckpointErrorKind.MissingRecord, $"no storage '{key}'", "one of the entry 'storages'");

    private static void RequireType(PyValue tensorClass, Storage storage, ErrorLocation here)
    {
        if (
            tensorClass is PyGlobal { Name: not "Tensor" } global
            && StorageClasses.TryGetTensorDType(global, out DType dtype)
            && dtype != storage.DType
        )
        {
            throw here.Error(
                CheckpointErrorKind.InvalidTensor,
                $"a {global.FullName} on a storage of {storage.DType.TorchName}",
                "the same type"
            );
        }
    }

    private static CheckpointException Twice(long key, ErrorLocation here) =>
        here.Error(CheckpointErrorKind.DuplicateRecord, $"key '{key}' twice", "one of each");
}
