using System.Text.Json;
using Pth.Tests.Fixtures;
using Pth.Tests.Formats;
using Pth.Tests.Oracles;

namespace Pth.Tests.Live;

/// <summary>Checkpoints that real PyTorch writes while the test runs.</summary>
[Trait("Category", "Live")]
public class LiveReadTests(TorchOracles oracles)
{
    private const int Count = 60;

    private const string SaveRandom = """
        import json, random_checkpoints
        folder, first, count = args[0], int(args[1]), int(args[2])
        for seed in range(first, first + count):
            path = f"{folder}/random.{seed}.pt"
            torch.save(random_checkpoints.build(seed), path)
            print(json.dumps(golden.tensors(golden.load(path))))
        """;

    private const string ReadAll = """
        import json, os
        for name in sorted(os.listdir(args[0])):
            try:
                rows = golden.tensors(golden.load(f"{args[0]}/{name}"))
                print(json.dumps({"name": name, "tensors": rows}))
            except Exception as error:
                print(json.dumps({"name": name, "error": str(error)}))
        """;

    [Theory]
    [MemberData(nameof(TorchOracles.Versions), MemberType = typeof(TorchOracles))]
    public void Random_checkpoints_are_read_and_written_back_to_the_byte(string version)
    {
        TorchOracle torch = oracles.Get(version);
        using SharedFolder folder = torch.CreateFolder();
        int first = 1000 * (version.Length + version[^1]);
        string[] replies = torch
            .Run(SaveRandom, folder.ForPython("."), first.ToString(), Count.ToString())
            .TrimEnd()
            .Split('\n');

        for (int i = 0; i < Count; i++)
        {
            string path = folder[$"random.{first + i}.pt"];
            try
            {
                CheckOne(path, ExpectedTensor.ParseAll(JsonDocument.Parse(replies[i]).RootElement));
            }
            catch (Exception error)
            {
                Assert.Fail($"PyTorch {version}, seed {first + i}: {error}");
            }
        }
    }

    [Theory]
    [InlineData("torch-1.7.1")]
    [InlineData("torch-1.13.1")]
    [InlineData("torch-2.6.0")]
    public void Files_of_the_shared_folder_hold_what_PyTorch_reads(string writer)
    {
        Assert.SkipWhen(SharedFixtures.Folder is null, "The folder shared/fixtures is not beside the project.");
        TorchOracle torch = oracles.Get("2.14.1");
        using SharedFolder folder = torch.CreateFolder();
        string source = Path.Combine(SharedFixtures.Folder!, "oracle", writer);
        foreach (
            string path in SharedFixtures
                .Zips()
                .Where(path => Path.GetDirectoryName(path) == source && !IsTorchScript(path))
        )
        {
            File.Copy(path, folder[Path.GetFileName(path)]);
        }

        int compared = 0;
        foreach (string reply in torch.Run(ReadAll, folder.ForPython(".")).TrimEnd().Split('\n'))
        {
            JsonElement row = JsonDocument.Parse(reply).RootElement;
            string name = row.GetProperty("name").GetString()!;
            // A whole module of a class that is not here, and the like: PyTorch reads nothing to compare with.
            if (row.TryGetProperty("tensors", out JsonElement tensors))
            {
                using Checkpoint checkpoint = Checkpoint.Open(folder[name]);
                TensorMatch.CheckAll(ExpectedTensor.ParseAll(tensors), checkpoint.Tensors);
                compared++;
            }
        }
        Assert.True(compared > 25, $"only {compared} files were compared");
    }

    private static bool IsTorchScript(string path) => Path.GetFileName(path) == "ts.pt";

    private static void CheckOne(string path, IReadOnlyList<ExpectedTensor> expected)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        TensorMatch.CheckAll(expected, checkpoint.Tensors);

        using var saved = new MemoryStream();
        Checkpoint.Save(saved, checkpoint.Root, Resave.Options(checkpoint.Container));
        Resave.AssertSameBytes(File.ReadAllBytes(path), saved.ToArray());
    }
}
