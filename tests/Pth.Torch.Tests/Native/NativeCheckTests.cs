using Pth.Torch.Native;

namespace Pth.Torch.Tests.Native;

public sealed class NativeCheckTests
{
    // What .NET 10 and glibc 2.36 say, shortened.
    private const string NotThere =
        "Unable to load shared library 'torch_cpu' or one of its dependencies. In order to help diagnose loading problems, consider "
        + "using a tool like strace. If you're using glibc, consider setting the LD_DEBUG environment variable: \n"
        + "/app/libtorch_cpu.so: cannot open shared object file: No such file or directory\n"
        + "libtorch_cpu.so: cannot open shared object file: No such file or directory\n"
        + "/app/torch_cpu: cannot open shared object file: No such file or directory\n"
        + "torch_cpu: cannot open shared object file: No such file or directory\n";

    [Fact]
    public void Nothing_is_said_where_both_libraries_load()
    {
        var libraries = new FakeLibraries([]);
        Assert.Null(new NativeCheck(libraries, "linux-x64").FindFault());
        Assert.Equal(["torch_cpu", "LibTorchSharp"], libraries.Asked);
    }

    [Fact]
    public void Without_libtorch_the_package_to_reference_is_named()
    {
        string fault = FaultOf("torch_cpu", NotThere);
        Assert.Contains("No libtorch is in the output folder", fault, StringComparison.Ordinal);
        Assert.Contains("Reference the package libtorch-cpu-linux-x64 2.10.0", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void An_old_cpp_library_is_named_with_what_mends_it()
    {
        string fault = FaultOf(
            "LibTorchSharp",
            "Unable to load shared library 'LibTorchSharp' or one of its dependencies.\n"
                + "/lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /app/libLibTorchSharp.so)\n"
                + "libLibTorchSharp: cannot open shared object file: No such file or directory\n"
        );
        Assert.Contains("too old: GLIBCXX_3.4.32 is not in it", fault, StringComparison.Ordinal);
        Assert.Contains("PthMendTorchSharp", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/app/libtorch_cpu.so: wrong ELF class: ELFCLASS32")]
    [InlineData("/app/libtorch_cpu.so: invalid ELF header")]
    [InlineData("An attempt was made to load a program with an incorrect format. (0x8007000B)")]
    public void A_library_for_another_processor_is_called_that(string said)
    {
        Assert.Contains("for another processor", FaultOf("torch_cpu", said), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_dependency_is_named()
    {
        string fault = FaultOf(
            "torch_cpu",
            "Unable to load shared library 'torch_cpu' or one of its dependencies.\n"
                + "libgomp.so.1: cannot open shared object file: No such file or directory\n"
                + "/app/torch_cpu: cannot open shared object file: No such file or directory\n"
        );
        Assert.Contains("The system lacks libgomp.so.1", fault, StringComparison.Ordinal);
        Assert.Contains("libgomp1", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_libtorch_of_another_version_is_called_that()
    {
        string fault = FaultOf("LibTorchSharp", "/app/libLibTorchSharp.so: undefined symbol: _ZN2at4_ops5zerosE");
        Assert.Contains("not the one that TorchSharp was built for", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_system_that_TorchSharp_is_not_built_for_is_refused_before_anything_is_loaded()
    {
        var libraries = new FakeLibraries([]);
        string? fault = new NativeCheck(libraries, "linux-arm64").FindFault();
        Assert.Contains("no native libraries for linux-arm64", fault, StringComparison.Ordinal);
        Assert.Empty(libraries.Asked);
    }

    [Fact]
    public void This_system_is_one_that_has_them()
    {
        TorchRuntime.EnsureLoaded();
        Assert.Null(new NativeCheck(new SystemLibraries(), NativeCheck.ThisSystem).FindFault());
        Assert.NotNull(new SystemLibraries().Load("no_such_library_anywhere"));
    }

    private static string FaultOf(string library, string said)
    {
        string? fault = new NativeCheck(new FakeLibraries(new() { [library] = said }), "linux-x64").FindFault();
        Assert.NotNull(fault);
        // The system's own words are kept for who knows more.
        Assert.EndsWith(said.Trim(), fault, StringComparison.Ordinal);
        return fault;
    }

    private sealed class FakeLibraries(Dictionary<string, string> faults) : INativeLibraries
    {
        public List<string> Asked { get; } = [];

        public string? Load(string name)
        {
            Asked.Add(name);
            return faults.GetValueOrDefault(name);
        }
    }
}
