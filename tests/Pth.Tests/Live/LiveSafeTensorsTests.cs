using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pth.Tests.Formats;
using Pth.Tests.Formats.SafeTensors;
using Pth.Tests.Oracles;

namespace Pth.Tests.Live;

/// <summary>Random dictionaries against safetensors 0.8.0, in both directions, and its verdicts on damaged headers.</summary>
[Trait("Category", "Live")]
public class LiveSafeTensorsTests(TorchOracles oracles)
{
    private const string Version = "2.14.1";
    private const int Count = 150;

    private const string Save = """
        import json, safetensors.torch as st
        folder = args[0]
        for name, recipe in json.load(open(f"{folder}/recipes.json", encoding="utf-8")).items():
            tensors = {}
            for key, (dtype, shape, hexed) in recipe["tensors"].items():
                raw = bytearray.fromhex(hexed)
                dtype = getattr(torch, dtype)
                tensors[key] = torch.frombuffer(raw, dtype=torch.uint8).view(dtype).reshape(shape) if raw else torch.empty(shape, dtype=dtype)
            st.save_file(tensors, f"{folder}/theirs/{name}", metadata=recipe["metadata"])
            back = st.load_file(f"{folder}/ours/{name}")
            for key, value in tensors.items():
                same = back[key].dtype == value.dtype and back[key].shape == value.shape
                same = same and bytes(back[key].contiguous().view(torch.uint8).numpy().tobytes() if value.dim() else back[key].reshape(1).view(torch.uint8).numpy().tobytes()) == bytes.fromhex(recipe["tensors"][key][2])
                if not same:
                    print(name, repr(key))
            if len(back) != len(tensors):
                print(name, "other names")
        """;

    private const string Judge = """
        import json, safetensors
        for name in json.load(open(f"{args[0]}/names.json")):
            try:
                with safetensors.safe_open(f"{args[0]}/{name}", "pt") as f:
                    print(json.dumps(["yes", f.offset_keys(), f.metadata()]))
            except Exception as e:
                print(json.dumps(["no", str(e), None]))
        """;

    private static readonly DType[] DTypes =
    [
        DType.Bool,
        DType.Float4E2M1FnX2,
        DType.UInt8,
        DType.Int8,
        DType.Float8E5M2,
        DType.Float8E4M3Fn,
        DType.Float8E8M0Fnu,
        DType.Float8E4M3Fnuz,
        DType.Float8E5M2Fnuz,
        DType.Int16,
        DType.UInt16,
        DType.Float16,
        DType.BFloat16,
        DType.Int32,
        DType.UInt32,
        DType.Float32,
        DType.Complex64,
        DType.Float64,
        DType.Int64,
        DType.UInt64,
    ];

    [Fact]
    public void Random_dictionaries_are_what_the_reference_saves_to_the_byte_and_it_loads_them()
    {
        TorchOracle torch = oracles.Get(Version);
        using SharedFolder folder = torch.CreateFolder();
        Directory.CreateDirectory(folder["ours"]);
        Directory.CreateDirectory(folder["theirs"]);
        var recipes = new JsonObject();
        var roots = new Dictionary<string, PyDict>();
        for (int i = 0; i < Count; i++)
        {
            string name = $"random.{i}.safetensors";
            (PyDict root, JsonObject tensors) = MakeRandom(new Random(i));
            string? metadata = (i % 3) switch
            {
                0 => null,
                1 => """{"format":"pt"}""",
                _ => $$"""{"format":"\"{{i}}\u0001é"}""",
            };
            recipes.Add(
                name,
                new JsonObject
                {
                    ["tensors"] = tensors,
                    ["metadata"] = metadata is null ? null : JsonNode.Parse(metadata),
                }
            );
            roots.Add(name, root);
            Checkpoint.Save(
                folder[$"ours/{name}"],
                root,
                SafeTensorsFile.Options with
                {
                    Metadata = metadata is null
                        ? null
                        : JsonSerializer.Deserialize<Dictionary<string, string>>(metadata),
                }
            );
        }
        File.WriteAllText(folder["recipes.json"], recipes.ToJsonString());

        Assert.Empty(torch.Run(Save, folder.ForPython(".")));

        foreach ((string name, PyDict root) in roots)
        {
            byte[] theirs = File.ReadAllBytes(folder[$"theirs/{name}"]);
            Saved.AssertSameBytes(theirs, File.ReadAllBytes(folder[$"ours/{name}"]), name);
            using Checkpoint read = Checkpoint.Open(theirs);
            Assert.Equal(root.Count, read.Root.As<PyDict>().Count);
            foreach ((PyValue key, PyValue value) in read.Root.As<PyDict>())
            {
                TensorView expected = root[key].As<PyTensor>().View;
                TensorView actual = value.As<PyTensor>().View;
                Assert.Equal(
                    (expected.DType, string.Join(',', expected.Shape)),
                    (actual.DType, string.Join(',', actual.Shape))
                );
                Assert.Equal(expected.Sha256(), actual.Sha256());
            }
        }
    }

    [Fact]
    public void With_several_texts_the_file_is_the_reference_s_in_one_of_its_orders()
    {
        TorchOracle torch = oracles.Get(Version);
        using SharedFolder folder = torch.CreateFolder();
        var metadata = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" };
        byte[] ours = Saved.Bytes(
            SafeTensorsFile.Dictionary(("w", TensorView.FromArray<float>([1, 2], [2]))),
            SafeTensorsFile.Options with
            {
                Metadata = metadata,
            }
        );

        // Its maps are ordered by a hash that differs each time.
        torch.Run(
            """
            import safetensors.torch as st
            ours = bytes.fromhex(args[1])
            for _ in range(10000):
                if st.save({"w": torch.tensor([1.0, 2.0])}, metadata={"a": "1", "b": "2", "format": "pt"}) == ours:
                    break
            else:
                raise AssertionError("never the same bytes")
            """,
            folder.ForPython("."),
            Convert.ToHexString(ours)
        );
    }

    [Fact]
    public void Headers_with_damage_are_judged_as_the_reference_judges_them()
    {
        TorchOracle torch = oracles.Get(Version);
        using SharedFolder folder = torch.CreateFolder();
        List<byte[]> files =
        [
            .. SafeTensorsReaderTests.Headers.Select(row => SafeTensorsFile.Make(row.Data.Item1, row.Data.Item2)),
            .. Damaged(),
        ];
        for (int i = 0; i < files.Count; i++)
        {
            using FileStream file = File.Create(folder[$"{i}.safetensors"]);
            file.Write(files[i]);
        }
        File.WriteAllText(
            folder["names.json"],
            JsonSerializer.Serialize(Enumerable.Range(0, files.Count).Select(i => $"{i}.safetensors"))
        );

        string[] replies = torch.Run(Judge, folder.ForPython(".")).TrimEnd().Split('\n');

        int accepted = 0;
        var different = new List<string>();
        for (int i = 0; i < files.Count; i++)
        {
            JsonElement reply = JsonDocument.Parse(replies[i]).RootElement;
            string theirs =
                reply[0].GetString() == "yes"
                    ? $"yes {string.Join('|', reply[1].EnumerateArray().Select(key => key.GetString()))}"
                    : "no";
            string ours = Verdict(files[i], new ReadOptions { Lenient = true });
            accepted += theirs == "no" ? 0 : 1;
            if (ours != theirs)
            {
                different.Add(
                    $"{Encoding.UTF8.GetString(files[i].AsSpan(8))}: ours {ours}, theirs {theirs} {reply[1]}"
                );
            }
        }
        Assert.True(different.Count == 0, string.Join('\n', different.Take(20)));
        Assert.InRange(accepted, 100, files.Count - 100);
    }

    private static string Verdict(byte[] file, ReadOptions options)
    {
        try
        {
            using Checkpoint checkpoint = Checkpoint.Open(file, options);
            return $"yes {string.Join('|', checkpoint.Root.As<PyDict>().Keys.Select(key => key.As<PyString>().Value))}";
        }
        catch (CheckpointException)
        {
            return "no";
        }
    }

    /// <summary>Small changes to a good header: a character dropped, doubled, or another in its place.</summary>
    private static IEnumerable<byte[]> Damaged()
    {
        const string Good =
            """{"__metadata__":{"k":"v\n"},"a":{"dtype":"U8","shape":[2,1],"data_offsets":[0,2],"x":[1.5e3,null,{"y":true}]},"b":{"dtype":"I16","shape":[1],"data_offsets":[2,4]}}""";
        const string Others = "\"\\{}[]:, 019-.eEuUtnf\u0000\t\u00e9";
        var random = new Random(7);
        for (int i = 0; i < 4_000; i++)
        {
            var header = new StringBuilder(Good);
            for (int changes = random.Next(1, 3); changes > 0; changes--)
            {
                int at = random.Next(header.Length);
                switch (random.Next(3))
                {
                    case 0:
                        header.Remove(at, 1);
                        break;
                    case 1:
                        header.Insert(at, header[at]);
                        break;
                    default:
                        header[at] = Others[random.Next(Others.Length)];
                        break;
                }
            }
            yield return SafeTensorsFile.Make(header.ToString());
        }
    }

    private static (PyDict Root, JsonObject Recipe) MakeRandom(Random random)
    {
        var root = new PyDict();
        var recipe = new JsonObject();
        for (int i = random.Next(12); i > 0; i--)
        {
            DType dtype = DTypes[random.Next(DTypes.Length)];
            int rank = random.Next(dtype == DType.Float4E2M1FnX2 ? 1 : 0, 4);
            long[] shape = [.. Enumerable.Range(0, rank).Select(_ => (long)random.Next(5))];
            var bytes = new byte[shape.Aggregate(1L, (a, b) => a * b) * dtype.ItemSize];
            random.NextBytes(bytes);
            string name = NameOf(random);
            if (!recipe.ContainsKey(name))
            {
                root[name] = TensorView.FromBytes(dtype, bytes, shape);
                recipe.Add(
                    name,
                    new JsonArray(
                        dtype.TorchName,
                        new JsonArray([.. shape.Select(size => (JsonNode)size)]),
                        Convert.ToHexString(bytes)
                    )
                );
            }
        }
        return (root, recipe);
    }

    private static string NameOf(Random random)
    {
        string[] pieces =
        [
            "layer",
            ".",
            "weight",
            "\"",
            "\\",
            "/",
            "\n",
            "\u0000",
            "\u001f",
            "\u007f",
            "\u00e9",
            "\u2028",
            "\uffff",
            "\U0001F600",
            "0",
            " ",
        ];
        return string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => pieces[random.Next(pieces.Length)]));
    }
}
