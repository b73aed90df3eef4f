using System.Numerics.Tensors;

namespace Pth.Benchmarks.Compare;

/// <summary>The .NET side of <see cref="ContainerComparison"/> and <see cref="ScanComparison"/>.</summary>
internal static class ContainerTasks
{
    /// <returns>What prepares the task for its arguments; null where the name is none of them.</returns>
    public static Func<string[], Action>? Find(string task, HeldState held) =>
        task switch
        {
            "convert" => words => Convert(held, words, Durability.Kernel),
            "convert-synced" => words => Convert(held, words, Durability.Synced),
            "to-bfloat16" => words =>
            {
                StateDict state = held.Load(words[0]);
                return () =>
                    Checkpoint.Save(
                        words[1],
                        state.ConvertTo(DType.BFloat16),
                        new() { Durability = Durability.Kernel }
                    );
            },
            "st-open" or "shards-open" => words => Alone(held, () => Describe(words[0])),
            "st-map" => words => Alone(held, () => Map(words[0])),
            "st-sum" => words => Alone(held, () => Sum(words[0])),
            "scan" or "scan-genops" => words => Alone(held, () => _ = Scanner.Scan(words[0])),
            "st-load" or "shards-load" => words => Alone(held, () => held.Keep(Checkpoint.Load(words[0]))),
            _ => null,
        };

    private static Action Alone(HeldState held, Action work)
    {
        held.Drop();
        return work;
    }

    private static Action Convert(HeldState held, string[] words, Durability durability)
    {
        held.Drop();
        return () =>
        {
            using Checkpoint checkpoint = Checkpoint.Open(words[0]);
            Checkpoint.Save(
                words[1],
                checkpoint.StateDict,
                new WriteOptions { Format = ContainerFormat.SafeTensors, Durability = durability }
            );
        };
    }

    private static void Describe(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        long elements = 0;
        foreach (TensorView view in checkpoint.StateDict.Values)
        {
            long count = view.DType == DType.Float32 ? 1 : 0;
            foreach (long length in view.Shape)
            {
                count *= length;
            }
            elements += count;
        }
        if (elements == 0)
        {
            throw new InvalidOperationException("There are no elements.");
        }
    }

    private static void Map(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        foreach (TensorView view in checkpoint.StateDict.Values)
        {
            // The address alone: it maps the file.
            _ = view.AsSpan<float>();
        }
    }

    private static void Sum(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        double sum = 0;
        foreach (TensorView view in checkpoint.StateDict.Values)
        {
            sum += TensorPrimitives.Sum(view.AsSpan<float>());
        }
        if (!double.IsFinite(sum))
        {
            throw new InvalidOperationException("The sum is not finite.");
        }
    }
}
