using System.IO.Compression;
using System.Text;
using static Pth.Tests.Security.Opcodes;
using static Pth.Tests.Security.ScanAssert;

namespace Pth.Tests.Security;

/// <summary>Pickles in archives, and in values.</summary>
public sealed class ScannerContainerTests
{
    private static readonly byte[] Payload = Calling("os", "system");

    [Fact]
    public void Zips_in_zips_are_looked_into()
    {
        byte[] inner = new ZipBytes().Add("m/data.pkl", Payload).Build();
        byte[] middle = new ZipBytes().Add("inner.bin", inner, method: 8).Build();

        Finding finding = FindsDanger(new ZipBytes().Add("a.txt", middle).Build(), "os.system");

        Assert.Equal("a.txt!inner.bin!m/data.pkl", finding.Stream);
    }

    [Fact]
    public void Zips_nest_no_deeper_than_is_allowed()
    {
        byte[] zip = Payload;
        for (int i = 0; i < 20; i++)
        {
            zip = new ZipBytes().Add("z", zip).Build();
        }

        Finds(zip, ScanLevel.Suspicious, "PTH041");
    }

    [Fact]
    public void Gzip_and_tar_are_looked_into()
    {
        byte[] tar = Tar("weights.pth", Payload);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write(tar);
        }

        Assert.Equal("weights.pth", FindsDanger(tar, "os.system").Stream);
        FindsDanger(packed.ToArray(), "os.system");
    }

    [Fact]
    public void A_tar_s_paths_and_tail_are_looked_at()
    {
        Finds(Tar("../../etc/cron.d/x", [1]), ScanLevel.Suspicious, "PTH034");
        FindsDanger(Join(Tar("a", [1]), Payload), "os.system");
    }

    [Theory]
    [InlineData("7z\u00BC\u00AF\u0027\u001C\0\u0004")]
    [InlineData("Rar!\u001A\u0007\u0001\0")]
    [InlineData("\u00FD7zXZ\0\0\u0004")]
    public void Archives_that_cannot_be_looked_into_are_suspicious(string signature) =>
        Finds(Join(signature, new byte[40]), ScanLevel.Suspicious, "PTH040");

    [Fact]
    public void Object_arrays_are_pickles()
    {
        string header = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n";
        byte[] npy = Join(0x93, "NUMPY", 1, 0, BitConverter.GetBytes((short)header.Length), header, Payload);

        FindsDanger(npy, "os.system");
        FindsDanger(new ZipBytes().Add("x.npy", npy).Build(), "os.system");
    }

    [Fact]
    public void Bytes_base64_and_hex_are_looked_into()
    {
        string base64 = Convert.ToBase64String(Payload);

        FindsDanger(Join(Proto(3), ByteString(Payload), "."), "os.system");
        FindsDanger(Join(Proto(2), LongText(base64), "."), "os.system");
        FindsDanger(Join(Proto(2), LongText($"exec(b64decode('{base64}'))"), "."), "os.system");
        FindsDanger(Join(Proto(2), LongText(Convert.ToHexString(Payload)), "."), "os.system");
        FindsDanger(Encoding.ASCII.GetBytes($"data = {base64}\n"), "os.system");
        FindsDanger(
            Join(Proto(2), Global("_codecs", "encode"), LatinText(Payload), LongText("latin1"), 0x86, "R."),
            "os.system"
        );
        Finds(Join(Proto(3), ByteString(Payload), "."), ScanLevel.Suspicious, "PTH070");
    }

    [Fact]
    public void Load_from_bytes_is_looked_into()
    {
        byte[] inner = new ZipBytes().Add("m/data.pkl", Payload).Build();

        FindsDanger(
            Join(Proto(3), Global("torch.storage", "_load_from_bytes"), ByteString(inner), 0x85, "R."),
            "os.system"
        );
    }

    [Fact]
    public void Safetensors_metadata_and_tail_are_looked_at()
    {
        Finds(SafeTensors("__import__('os').system('id')", []), ScanLevel.Suspicious, "PTH052");
        FindsDanger(SafeTensors(Convert.ToBase64String(Payload), []), "os.system");
        FindsDanger(SafeTensors("pt", Payload), "os.system");
        IsSafe(SafeTensors("pt", []));
    }

    [Fact]
    public void Storages_are_not_read_where_the_pickle_vouches_for_them()
    {
        byte[] pickle = Join(Proto(2), Tensor(Storage("0", 16), 0, 16, 1), ".");
        byte[] data = Join(Payload, new byte[64 - Payload.Length]);

        IsSafe(new ZipBytes().Add("m/data.pkl", pickle).Add("m/version", [0x33]).Add("m/data/0", data).Build());
        FindsDanger(new ZipBytes().Add("m/data.pkl", pickle).Add("m/data/1", data).Build(), "os.system");
    }

    [Fact]
    public void A_hidden_record_and_stray_bytes_are_found()
    {
        byte[] plain = Join(Proto(2), "N0}.");

        FindsDanger(new ZipBytes().Add("m/data.pkl", plain).Add("h", Payload, isListed: false).Build(), "os.system");
        FindsDanger(new ZipBytes().Add("m/data.pkl", plain).Stray(Payload).Build(), "os.system");
        FindsDanger(Join(new ZipBytes().Add("m/data.pkl", plain).Build(), Payload), "os.system");
        FindsDanger(new ZipBytes().Stray(Payload).Add("m/data.pkl", plain).Build(), "os.system");
        byte[] moved = new ZipBytes().Stray(Payload).Add("m/data.pkl", plain).Build(shift: 0);
        Finds(moved, ScanLevel.Suspicious, "PTH035");
    }

    [Theory]
    [InlineData("../evil.pkl")]
    [InlineData("/etc/passwd")]
    [InlineData("C:\\x")]
    [InlineData("a\\..\\b")]
    public void Paths_that_lead_out_are_found(string name) =>
        Finds(new ZipBytes().Add(name, [1]).Build(), ScanLevel.Suspicious, "PTH034");

    [Fact]
    public void Duplicates_differ_not_by_case() =>
        Finds(new ZipBytes().Add("m/data.pkl", [1]).Add("m/DATA.PKL", [1]).Build(), ScanLevel.Suspicious, "PTH033");

    [Fact]
    public void A_zip_without_a_directory_is_read_by_its_records()
    {
        byte[] zip = new ZipBytes().Add("m/data.pkl", Payload).Build();

        FindsDanger(zip[..^60], "os.system");
        Finds(zip[..^60], ScanLevel.Suspicious, "PTH036");
    }

    [Fact]
    public void A_zip_bomb_is_not_unpacked()
    {
        byte[] bomb = new ZipBytes().Add("m/data.pkl", new byte[64 << 20], method: 8).Build();

        long before = GC.GetAllocatedBytesForCurrentThread();
        Finds(bomb, ScanLevel.Suspicious, "PTH038");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8L * bomb.Length + (80 << 20));
    }

    [Fact]
    public void TorchScript_is_listed_as_code_and_file_operations_are_dangerous()
    {
        byte[] plain = Join(Proto(2), Global("__torch__", "M"), ")", 0x81, "}b.");
        byte[] Script(string code) =>
            new ZipBytes()
                .Add("m/data.pkl", plain)
                .Add("m/code/__torch__.py", Encoding.ASCII.GetBytes(code), method: 8)
                .Add("m/constants.pkl", Join(Proto(2), ")."))
                .Build();

        Assert.Equal(ScanLevel.NeedsCode, Scan(Script("def forward(self, x):\n  return x\n")).Level);
        Finds(Script("class M(Module): pass"), ScanLevel.NeedsCode, "PTH050");
    }

    private static byte[] LatinText(byte[] bytes)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(bytes));
        return Join("X", BitConverter.GetBytes(utf8.Length), utf8);
    }

    private static byte[] SafeTensors(string metadata, byte[] tail)
    {
        string header =
            $"{{\"__metadata__\":{{\"format\":\"{metadata}\"}},\"a\":{{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}}}";
        return Join(BitConverter.GetBytes((long)header.Length), header, new byte[4], tail);
    }

    private static byte[] Tar(string name, byte[] data)
    {
        byte[] header = new byte[512];
        Encoding.ASCII.GetBytes(name).CopyTo(header, 0);
        "0000644\0"u8.CopyTo(header.AsSpan(100));
        Encoding.ASCII.GetBytes(Convert.ToString(data.Length, 8).PadLeft(11, '0')).CopyTo(header, 124);
        header[156] = (byte)'0';
        "ustar\x0000"u8.CopyTo(header.AsSpan(257));
        header.AsSpan(148, 8).Fill((byte)' ');
        int sum = header.Sum(value => value);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0')).CopyTo(header, 148);
        header[154] = 0;
        int padding = (512 - data.Length % 512) % 512;
        return Join(header, data, new byte[padding + 1024]);
    }
}
