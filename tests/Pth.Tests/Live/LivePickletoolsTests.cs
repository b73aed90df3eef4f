using System.Globalization;
using Pth.Tests.Formats;
using Pth.Tests.Oracles;

namespace Pth.Tests.Live;

/// <summary>What <c>pth dis</c> shows is what Python's <c>pickletools.genops</c> finds, which runs nothing: so hostile files are compared too.</summary>
[Trait("Category", "Live")]
public class LivePickletoolsTests(TorchOracles oracles)
{
    private const long LongestFile = 64 << 20;
    private const int MostInstructions = 20_000;

    private const string ListOperations = """
        import io, itertools, os, pickletools, struct, zipfile

        LINES = {"decimalnl_short", "decimalnl_long", "floatnl", "stringnl", "stringnl_noescape", "unicodestringnl"}

        def cut(raw, text):
            return text if len(text) <= 120 else f"{text[:120]}... ({len(raw)} bytes)"

        def shown(operation, argument, raw):
            if operation.arg is None:
                return ""
            kind, n = operation.arg.name, operation.arg.n
            if kind == "float8":
                return "nan" if argument != argument else raw[1:].hex()
            if kind == "stringnl_noescape_pair":
                return cut(raw[1:-1], raw[1:-1].decode("utf-8", "replace").replace("\n", " "))
            if kind in LINES:
                return cut(raw[1:-1], raw[1:-1][:480].decode("utf-8", "replace"))
            if n >= 0:
                return str(argument)
            body = raw[1 + {pickletools.TAKEN_FROM_ARGUMENT1: 1, pickletools.TAKEN_FROM_ARGUMENT8U: 8}.get(n, 4):]
            if kind.startswith("long"):
                return str(argument) if len(body) <= 32 else f"{len(body)} bytes"
            return f"'{cut(body, body[:480].decode('utf-8', 'replace'))}'"

        def streams(path):
            with open(path, "rb") as file:
                data = file.read()
            if data.count(b"PK\5\6") > 1:
                return
            if data[:4] == b"PK\3\4":
                try:
                    archive = zipfile.ZipFile(io.BytesIO(data))
                    for name in archive.namelist():
                        if name.endswith(".pkl"):
                            yield name, archive.read(name)
                except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
                    return
            elif data[:1] == b"\x80":
                yield "", data

        for path in sorted(os.listdir(args[0])):
            for name, data in streams(os.path.join(args[0], path)):
                found = []
                try:
                    for operation in itertools.islice(pickletools.genops(data), int(args[1])):
                        found.append(operation)
                except Exception:
                    pass
                # Where an operation ends is known from the next one.
                for (operation, argument, place), (_, _, end) in zip(found, found[1:]):
                    print(path, name, place, operation.name, ascii(shown(operation, argument, data[place:end])), sep="\t")
        """;

    [Fact]
    public void Every_instruction_has_the_place_and_argument_that_Python_finds()
    {
        Assert.SkipWhen(SharedFixtures.Folder is null, "The folder shared/fixtures is not beside the project.");
        TorchOracle torch = oracles.Get("2.14.1");
        using SharedFolder folder = torch.CreateFolder();
        Directory.CreateDirectory(folder["all"]);
        string[] files =
        [
            .. Directory
                .EnumerateFiles(SharedFixtures.Folder!, "*", SearchOption.AllDirectories)
                .Where(path => new FileInfo(path).Length <= LongestFile)
                .Order(StringComparer.Ordinal),
        ];
        for (int i = 0; i < files.Length; i++)
        {
            File.Copy(files[i], folder[$"all/{i:D4}"]);
        }

        string[] theirs = torch
            .Run(ListOperations, folder.ForPython("all"), MostInstructions.ToString(CultureInfo.InvariantCulture))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var ours = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < files.Length; i++)
        {
            ours.UnionWith(Lines($"{i:D4}", files[i]));
        }
        string[] missing = [.. theirs.Where(line => !ours.Contains(line)).Take(5)];
        Assert.True(
            missing.Length == 0,
            string.Join(
                '\n',
                missing.Select(line => $"{files[int.Parse(line[..4], CultureInfo.InvariantCulture)]}: {line}")
            )
        );
        Assert.InRange(theirs.Length, 50_000, int.MaxValue);
    }

    private static IEnumerable<string> Lines(string number, string file)
    {
        foreach (PickleListing pickle in PickleListing.Read(file).Where(pickle => pickle.Offset == 0))
        {
            foreach (PickleInstruction instruction in pickle.Instructions.Take(MostInstructions))
            {
                yield return string.Join(
                    '\t',
                    number,
                    pickle.Stream ?? "",
                    instruction.Offset.ToString(CultureInfo.InvariantCulture),
                    instruction.Opcode,
                    Ascii(ArgumentOf(instruction))
                );
            }
        }
    }

    private static string ArgumentOf(PickleInstruction instruction) =>
        instruction is { Opcode: "BINFLOAT", Argument: "NaN" } ? "nan"
        : instruction is { Opcode: "BINFLOAT", Argument: { } number }
            ? BitConverter
                .DoubleToInt64Bits(double.Parse(number, CultureInfo.InvariantCulture))
                .ToString("x16", CultureInfo.InvariantCulture)
        : instruction.Argument ?? "";

    /// <summary>As Python's <c>ascii</c> writes a text.</summary>
    private static string Ascii(string text)
    {
        char quote =
            text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        return quote
            + string.Concat(
                text.EnumerateRunes()
                    .Select(rune =>
                        rune.Value switch
                        {
                            '\\' => @"\\",
                            '\n' => @"\n",
                            '\r' => @"\r",
                            '\t' => @"\t",
                            _ when rune.Value == quote => $"\\{quote}",
                            >= 0x20 and < 0x7F => rune.ToString(),
                            < 0x100 => $"\\x{rune.Value:x2}",
                            < 0x10000 => $"\\u{rune.Value:x4}",
                            _ => $"\\U{rune.Value:x8}",
                        }
                    )
            )
            + quote;
    }
}
