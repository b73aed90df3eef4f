namespace Pth.Benchmarks.Compare;

/// <summary>Pth beside PyTorch and safetensors where files become others: conversion, safetensors, legacy files, shards, checks.</summary>
internal static class ContainerComparison
{
    private const string Newest = "PyTorch " + PyTorch.Newest;
    private const string Model = "vgg16.pth";
    private const string Legacy = "legacy.pth";
    private const string SafeTensors = "vgg16.safetensors";
    private const string Shards = "shards";
    private const double MostMegabytes = 100;

    public static int Run(Settings settings)
    {
        Directory.CreateDirectory(settings.Folder);
        using var contenders = new Contenders(settings, [PyTorch.Newest]);
        Make(contenders);
        List<ResultRow> rows = Contest.Run(Questions(settings, contenders), contenders, settings, Newest);
        var table = new ResultTable(
            "Conversion and other containers: Pth beside PyTorch and safetensors",
            "containers",
            rows,
            contenders,
            Newest
        );
        return table.Write(settings) ? 0 : 1;
    }

    private static void Make(Contenders contenders)
    {
        Contender maker = contenders.Newest;
        maker.Run("save", "vgg16", Data(maker, Model));
        maker.Run("make", "legacy", "vgg16", Data(maker, Legacy));
        maker.Run("make", "safetensors", "vgg16", Data(maker, SafeTensors));
        maker.Run("make", "shards", "10000", Data(maker, Shards));

        string Data(Contender c, string name) => c.Inside(Path.Combine(c.Folder, name));
    }

    private static IEnumerable<Question> Questions(Settings settings, Contenders contenders)
    {
        // All files lie in the folder of the one that made them, which Pth sees too.
        string Data(Contender c, string name) => c.Inside(Path.Combine(contenders.Newest.Folder, name));
        string Target(Contender c, string extension) => c.Inside(Path.Combine(c.Folder, "out." + extension));
        // What is saved again and again is held in memory: Pth loads it from the file, PyTorch makes it.
        string State(Contender c) => c == contenders.Pth ? Data(c, Model) : "vgg16";

        yield return new("convert", 0.4, c => c.Run("convert", Data(c, Model), Target(c, "safetensors")))
        {
            MemoryGoal = MostMegabytes,
            About =
                "553 MB `.pth` to a new `.safetensors`, not synced. `Checkpoint.Open` and `Save`, which checks the source's checksums; `torch.load(mmap=True)` and `save_file`, which do not.",
        };
        yield return new("convert-synced", null, c => c.Run("convert-synced", Data(c, Model), Target(c, "safetensors")))
        {
            MemoryGoal = MostMegabytes,
            About = "The same, and the file is on the disk at the end.",
        };
        yield return new(
            "convert-process",
            null,
            c => ConvertProcess(settings, contenders, c, Data(c, Model), Target(c, "safetensors"))
        )
        {
            MemoryGoal = MostMegabytes,
            About =
                "The same as whole processes, synced: `pth convert`; `python -c` with the imports of torch and safetensors, which take most of its time.",
        };
        yield return new("st-open", 0.2, c => c.Run("st-open", Data(c, SafeTensors)))
        {
            About =
                "Names, shapes and types of a safetensors file of 553 MB and 32 tensors. `Checkpoint.Open`; `safe_open`.",
        };
        yield return new("st-map", null, c => c.Run("st-map", Data(c, SafeTensors)))
        {
            About = "All its tensors, mapped: no values are read. `Checkpoint.Open`; `load_file`, which maps.",
        };
        yield return new("st-sum", null, c => c.Run("st-sum", Data(c, SafeTensors)))
        {
            About = "Maps it and reads every value once. `TensorPrimitives.Sum` on one core; `tensor.sum()` on all.",
        };
        yield return new("st-load", 1.0, c => c.Run("st-load", Data(c, SafeTensors)))
        {
            About =
                "All its bytes in memory of the process. `Checkpoint.Load`; `load_file` and `clone()` of each tensor.",
        };
        yield return new("to-bfloat16", 0.8, c => c.Run("to-bfloat16", State(c), Target(c, "pth")))
        {
            About =
                "553 MB of float32 in memory to a `.pth` of bfloat16, not synced. `StateDict.ConvertTo` and `Save`; `.to(torch.bfloat16)` of each and `torch.save`.",
        };
        yield return new("legacy-load", 0.8, c => c.Run(c == contenders.Pth ? "st-load" : "load", Data(c, Legacy)))
        {
            About = "A legacy file of 553 MB. `Checkpoint.Load`; `torch.load`.",
        };
        yield return new("shards-open", null, c => c.Run("shards-open", Data(c, Shards)))
        {
            About =
                "Names, shapes and types of 10,000 tensors of 64 x 64 in 50 safetensors files. `Checkpoint.Open` of the folder; the index and `safe_open` of each file.",
        };
        yield return new("shards-load", null, c => c.Run("shards-load", Data(c, Shards)))
        {
            About =
                "All their 164 MB in memory of the process. `Checkpoint.Load`; `load_file` of each file and `clone()`.",
        };
        yield return new("verify", null, c => Verify(settings, contenders, c, Data(c, Model)))
        {
            About =
                "Checks every checksum of the 553 MB `.pth`, as a whole process. `pth verify`; `python -c` with `zipfile.testzip`, no PyTorch.",
        };
    }

    private static Measurement? ConvertProcess(
        Settings settings,
        Contenders contenders,
        Contender contender,
        string source,
        string target
    ) =>
        contender == contenders.Pth
            ? TimedProcess.Run([settings.Pth, "convert", source, "-o", target])
            : contenders.Python(contender, ConvertScript, source, target);

    private static Measurement? Verify(Settings settings, Contenders contenders, Contender contender, string source) =>
        contender == contenders.Pth
            ? TimedProcess.Run([settings.Pth, "verify", source])
            : contenders.Python(contender, TestScript, source);

    private const string ConvertScript = """
        import os, sys, torch
        from safetensors.torch import save_file
        save_file(torch.load(sys.argv[1], mmap=True), sys.argv[2], metadata={"format": "pt"})
        os.fsync(os.open(sys.argv[2], os.O_RDONLY))
        """;

    private const string TestScript = """
        import sys, zipfile
        sys.exit(zipfile.ZipFile(sys.argv[1]).testzip() is not None)
        """;
}
