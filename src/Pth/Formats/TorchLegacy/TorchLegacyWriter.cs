using System.Buffers.Binary;
using Pth.Bytes;
using Pth.Formats.Torch;
using Pth.Pickle;

namespace Pth.Formats.TorchLegacy;

/// <summary>Writes what <c>torch.save(..., _use_new_zipfile_serialization=False)</c> writes, byte for byte but for the keys of new storages.</summary>
/// <remarks>Source: <c>torch/serialization.py</c> (<c>_legacy_save</c>), <c>torch/csrc/serialization.cpp</c> (<c>THPStorage_writeFileRaw</c>).</remarks>
internal sealed class TorchLegacyWriter : IContainerWriter
{
    /// <inheritdoc />
    public SaveSummary Save(PyValue root, string? path, WriteOptions options, Func<long, ByteSink> open)
    {
        var reducer = new TorchReducer(options.Profile, options.Compact, isLegacy: true);
        using var pickles = new PooledBuffer();
        var writer = new PickleWriter(pickles, reducer);
        foreach (PyValue value in LegacyHead.Make())
        {
            writer.Write(value);
        }
        writer.Write(root);
        SavedStorage[] storages = [.. reducer.Storages.OrderBy(saved => saved.Key.Value, StringComparer.Ordinal)];
        writer.Write(KeysOf(storages));

        WritePlan plan = Plan(pickles.Written, storages);
        using ByteSink sink = open(plan.Length);
        plan.Write(sink, options.Progress, options.CancellationToken);
        sink.Commit();
        return new SaveSummary(
            plan.Length,
            storages.Length,
            storages.Sum(saved => saved.Storage.ByteCount),
            storages.Sum(saved => saved.CountUnused())
        );
    }

    private static PyList KeysOf(SavedStorage[] storages)
    {
        var keys = new PyList();
        foreach (SavedStorage saved in storages)
        {
            keys.Add(new PyString(saved.Key.Value));
        }
        return keys;
    }

    private static WritePlan Plan(ReadOnlyMemory<byte> pickles, SavedStorage[] storages)
    {
        var plan = new WritePlan();
        plan.Add(pickles);
        var counts = new byte[storages.Length * sizeof(long)];
        for (int i = 0; i < storages.Length; i++)
        {
            SavedStorage saved = storages[i];
            (long count, long rest) = Math.DivRem(saved.Storage.ByteCount, saved.DType.ItemSize);
            if (rest != 0)
            {
                throw new InvalidOperationException(
                    $"A storage of {saved.Storage.ByteCount} bytes is saved as {saved.DType.TorchName}: the legacy format holds whole elements only."
                );
            }
            Memory<byte> head = counts.AsMemory(i * sizeof(long), sizeof(long));
            BinaryPrimitives.WriteInt64LittleEndian(head.Span, count);
            plan.Add(head);
            new ElementBytes(saved.Storage.Data, saved.TakeChecksum()).AddTo(plan);
        }
        return plan;
    }
}
