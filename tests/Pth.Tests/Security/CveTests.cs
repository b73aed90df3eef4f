using System.Text;
using Pth.Tests;
using static Pth.Tests.Security.Opcodes;
using static Pth.Tests.Security.ScanAssert;

namespace Pth.Tests.Security;

/// <summary>What was published against PyTorch and against scanners, each by its name. The files are made here and given to nobody else.</summary>
public sealed class CveTests
{
    private static readonly byte[] Payload = Calling("os", "system");

    [Fact]
    public void CVE_2025_32434_torch_load_ran_TorchScript_although_weights_only()
    {
        byte[] code = "def __setstate__(self, s):\n  torch.save(s, \"/home/user/.bashrc\")\n"u8.ToArray();
        byte[] file = new ZipBytes()
            .Add("m/data.pkl", Join(Proto(2), "}."))
            .Add("m/code/__torch__.py", code, method: 8)
            .Add("m/constants.pkl", Join(Proto(2), ")."))
            .Build();

        Finds(file, ScanLevel.NeedsCode, "PTH050");
        Finds(file, ScanLevel.Dangerous, "PTH051");
    }

    [Fact]
    public void CVE_2026_24747_SETITEM_wrote_into_a_tensor()
    {
        byte[] pickle = Join(Proto(2), Tensor(Storage("0", 4), 0, 4, 1), "K\u0063G", new byte[8], "s.");

        Finds(pickle, ScanLevel.Dangerous, "PTH008");
    }

    [Fact]
    public void CVE_2026_24747_a_storage_was_smaller_than_the_pickle_says()
    {
        byte[] pickle = Join(Proto(2), Tensor(Storage("0", 400), 0, 400, 1), ".");

        Finds(
            new ZipBytes().Add("m/data.pkl", pickle).Add("m/data/0", new byte[16]).Build(),
            ScanLevel.Suspicious,
            "PTH060"
        );
    }

    [Fact]
    public void GHSA_jg6j_8w4h_2pg2_a_quantized_tensor_s_stride_was_not_checked()
    {
        byte[] pickle = Join(
            Proto(2),
            Global("torch._utils", "_rebuild_qtensor"),
            "(",
            Storage("0", 4, "QInt8Storage"),
            Int(0),
            Int(4),
            0x85,
            Int(1000),
            0x85,
            "(",
            Global("torch", "per_tensor_affine"),
            "G",
            new byte[8],
            "K\0t",
            0x89,
            Global("collections", "OrderedDict"),
            ")RtR."
        );

        Finds(pickle, ScanLevel.Suspicious, "PTH061");
    }

    [Fact]
    public void CVE_2025_1716_pip_main_was_on_no_block_list()
    {
        FindsDanger(Calling("pip", "main"), "pip.main");
        FindsDanger(Calling("pip._internal", "main"), "pip._internal.main");
    }

    [Fact]
    public void CVE_2025_1889_a_pickle_had_an_extension_that_was_not_scanned()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "config.p");
        File.WriteAllText(Path.Combine(folder.Path, "readme.md"), "# nothing");
        using (FileStream stream = File.Create(file))
        {
            stream.Write(Payload);
        }

        ScanReport report = Scanner.Scan(folder.Path);

        Assert.Equal(2, report.Files.Count);
        Assert.Equal(file, Assert.Single(report.Findings).Path);
        Assert.Equal(ScanLevel.Dangerous, report.Level);
    }

    [Fact]
    public void CVE_2025_1944_the_name_in_the_local_header_was_another()
    {
        byte[] file = new ZipBytes().Add("m/data.pkl", Payload, localName: "m/data.txt").Build();

        FindsDanger(file, "os.system");
        Finds(file, ScanLevel.Suspicious, "PTH030");
    }

    [Theory]
    [InlineData(0x1)]
    [InlineData(0x20)]
    [InlineData(0x40)]
    public void CVE_2025_1945_flag_bits_made_the_scanner_stop(int flag)
    {
        byte[] file = new ZipBytes().Add("m/data.pkl", Payload, flags: flag).Build();

        FindsDanger(file, "os.system");
        Finds(file, ScanLevel.Suspicious, "PTH031");
    }

    [Theory]
    [InlineData("model.bin")]
    [InlineData("model.pt")]
    public void CVE_2025_10155_a_plain_pickle_had_the_extension_of_a_PyTorch_file(string name) =>
        Assert.Equal(ScanLevel.Dangerous, Scanner.Scan(Payload, name).Level);

    [Fact]
    public void CVE_2025_10156_a_bad_checksum_made_the_scanner_stop()
    {
        byte[] file = new ZipBytes().Add("m/data.pkl", Payload, hasBadChecksum: true).Build();

        FindsDanger(file, "os.system");
        Finds(file, ScanLevel.Suspicious, "PTH032");
    }

    [Fact]
    public void CVE_2025_10157_a_module_below_a_blocked_one_was_not_blocked() =>
        FindsDanger(
            Calling("asyncio.unix_events", "_UnixSubprocessTransport._start"),
            "asyncio.unix_events._UnixSubprocessTransport._start"
        );

    [Fact]
    public void CVE_2026_22608_ctypes_and_pydoc_were_on_no_block_list()
    {
        FindsDanger(Calling("pydoc", "locate", "ctypes.windll.kernel32.WinExec"), "pydoc.locate");
        FindsDanger(Calling("ctypes", "CDLL"), "ctypes.CDLL");
    }

    [Fact]
    public void NullifAI_the_pickle_broke_after_its_payload_in_a_7z()
    {
        FindsDanger(Join(Global("os", "system"), "(S'id'\ntR", "X\u00FF\u00FF\u00FF\u007Fabc"), "os.system");
        Finds(Join("7z\u00BC\u00AF\u0027\u001C", new byte[60]), ScanLevel.Suspicious, "PTH040");
    }

    [Fact]
    public void The_magic_number_of_a_legacy_file_may_be_the_result_of_a_call()
    {
        byte[] magic = Join(Proto(2), Global("__builtin__", "eval"), LongText("0x1950a86a20f9469cfc6c"), 0x85, "R.");

        FindsDanger(Join(magic, Proto(2), "M\u00E9\u0003.", Proto(2), "}."), "__builtin__.eval");
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(8, 0)]
    public void Two_programs_read_a_record_by_two_methods(int method, int localMethod)
    {
        byte[] file = new ZipBytes().Add("m/data.pkl", Payload, method: method, localMethod: localMethod).Build();

        FindsDanger(file, "os.system");
        Finds(file, ScanLevel.Suspicious, "PTH030");
    }

    [Fact]
    public void A_picture_is_no_checkpoint_and_no_finding() =>
        IsSafe(Encoding.Latin1.GetBytes("\u0089PNG\r\n\u001A\n"));
}
