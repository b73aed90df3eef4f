using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Win32.SafeHandles;
using Pth.Bytes;

namespace Pth.Distributed.Checkpoints;

/// <summary>The files of a <see cref="CheckpointManager"/>, and the lock that makes them one job's.</summary>
/// <remarks>
/// <c>step-N.pth</c> are the checkpoints; <c>checkpoints.json</c> has their order and metrics and is written before the file it tells of, so
/// that after a kill at any moment it tells of too many and never of too few; <c>latest</c> has the name of the last one, for scripts;
/// <c>.lock</c> is held for as long as the job lives.
/// </remarks>
internal sealed class CheckpointFolder : IDisposable
{
    private const string Prefix = "step-";
    private const string Suffix = ".pth";
    private const string IndexName = "checkpoints.json";
    private const string LatestName = "latest";
    private const string LockName = ".lock";
    private const string Schema = "pth.checkpoints/1";

    private readonly string _folder;
    private readonly SafeFileHandle _lock;

    /// <summary>Takes a folder, and makes it where there is none.</summary>
    /// <exception cref="IOException">Another job has it, or it cannot be written.</exception>
    public CheckpointFolder(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        _lock = Lock(Path.Combine(folder, LockName));
        Kept = Read(folder);
        PointToLatest();
    }

    /// <summary>The checkpoints in the order in which they were saved.</summary>
    public IReadOnlyList<KeptCheckpoint> Kept { get; private set; }

    /// <summary>The file of a step.</summary>
    public static string PathOf(string folder, long step) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step}{Suffix}"));

    /// <summary>Notes a checkpoint that is about to be written.</summary>
    public void Announce(long step, double? metric) => WriteIndex([.. Without(step), Of(step, metric)]);

    /// <summary>Counts a checkpoint that is whole, and deletes those that are no longer kept.</summary>
    public void Add(long step, double? metric, CheckpointManagerOptions options)
    {
        KeptCheckpoint[] all = [.. Without(step), Of(step, metric)];
        HashSet<KeptCheckpoint> kept =
        [
            .. all.TakeLast(options.KeepLast),
            .. Best(all, options).Take(options.KeepBest),
        ];
        Kept = [.. all.Where(kept.Contains)];
        PointToLatest();
        WriteIndex(Kept);
        foreach (KeptCheckpoint old in all.Where(checkpoint => !kept.Contains(checkpoint)))
        {
            File.Delete(old.Path);
        }
    }

    /// <summary>Those with a metric, best first; of equals the newer.</summary>
    public static IEnumerable<KeptCheckpoint> Best(
        IEnumerable<KeptCheckpoint> checkpoints,
        CheckpointManagerOptions options
    ) =>
        checkpoints
            .Where(checkpoint => checkpoint.Metric is double metric && !double.IsNaN(metric))
            .Reverse()
            .OrderBy(checkpoint => options.LowerIsBetter ? checkpoint.Metric : -checkpoint.Metric);

    /// <summary>The list as bytes, for the other ranks and for the index.</summary>
    public static byte[] Describe(IEnumerable<KeptCheckpoint> checkpoints)
    {
        var list = new JsonArray();
        foreach (KeptCheckpoint checkpoint in checkpoints)
        {
            var entry = new JsonObject { ["file"] = Path.GetFileName(checkpoint.Path), ["step"] = checkpoint.Step };
            // JSON has no NaN and no infinity; the files themselves may say more.
            if (checkpoint.Metric is double metric && double.IsFinite(metric))
            {
                entry["metric"] = metric;
            }
            list.Add((JsonNode)entry);
        }
        var index = new JsonObject { ["schema"] = Schema, ["checkpoints"] = list };
        return Encoding.UTF8.GetBytes(index.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }

    /// <summary>Reads what <see cref="Describe"/> made.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static IReadOnlyList<KeptCheckpoint> Parse(string folder, ReadOnlySpan<byte> bytes)
    {
        JsonNode? index = JsonNode.Parse(bytes);
        if (
            index is not JsonObject
            || index["schema"]?.ToString() != Schema
            || index["checkpoints"] is not JsonArray list
        )
        {
            throw new JsonException($"found something else, expected an object with the schema {Schema}");
        }
        var checkpoints = new List<KeptCheckpoint>();
        foreach (JsonNode? entry in list)
        {
            if (entry?["step"] is JsonValue step && step.TryGetValue(out long number))
            {
                double? metric = entry["metric"] is JsonValue value && value.TryGetValue(out double said) ? said : null;
                checkpoints.Add(new KeptCheckpoint(number, PathOf(folder, number), metric));
            }
        }
        return checkpoints;
    }

    public void Dispose() => _lock.Dispose();

    private static SafeFileHandle Lock(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault) when (File.Exists(path))
        {
            throw new IOException(
                $"{path}: found another job at work in this folder, expected one job a folder",
                fault
            );
        }
    }

    /// <summary>The files that are there: what the index does not know comes first, in the order of steps.</summary>
    private static IReadOnlyList<KeptCheckpoint> Read(string folder)
    {
        List<KeptCheckpoint> known = [.. ReadIndex(folder).Where(checkpoint => File.Exists(checkpoint.Path))];
        HashSet<long> steps = [.. known.Select(checkpoint => checkpoint.Step)];
        IEnumerable<KeptCheckpoint> unknown = Directory
            .EnumerateFiles(folder, $"{Prefix}*{Suffix}")
            .Select(StepOf)
            .OfType<long>()
            .Where(step => !steps.Contains(step))
            .Order()
            .Select(step => new KeptCheckpoint(step, PathOf(folder, step), null));
        return [.. unknown, .. known];
    }

    private static IReadOnlyList<KeptCheckpoint> ReadIndex(string folder)
    {
        string path = Path.Combine(folder, IndexName);
        if (!File.Exists(path))
        {
            return [];
        }
        try
        {
            return Parse(folder, File.ReadAllBytes(path));
        }
        catch (JsonException fault)
        {
            throw new IOException($"{path}: {fault.Message}", fault);
        }
    }

    private static long? StepOf(string path)
    {
        string digits = Path.GetFileName(path)[Prefix.Length..^Suffix.Length];
        // As it is written here, and no other way: step-007.pth is somebody else's.
        return
            long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            && digits == step.ToString(CultureInfo.InvariantCulture)
            ? step
            : null;
    }

    private KeptCheckpoint Of(long step, double? metric) => new(step, PathOf(_folder, step), metric);

    private IEnumerable<KeptCheckpoint> Without(long step) => Kept.Where(checkpoint => checkpoint.Step != step);

    private void WriteIndex(IEnumerable<KeptCheckpoint> checkpoints) => Write(IndexName, Describe(checkpoints));

    private void PointToLatest()
    {
        if (Kept.Count > 0)
        {
            Write(LatestName, Encoding.UTF8.GetBytes(Path.GetFileName(Kept[^1].Path) + "\n"));
        }
    }

    private void Write(string name, byte[] content)
    {
        using ByteSink sink = ByteSink.Create(Path.Combine(_folder, name), content.Length, Durability.Synced);
        sink.Write(0, content);
        sink.Commit();
    }
}
