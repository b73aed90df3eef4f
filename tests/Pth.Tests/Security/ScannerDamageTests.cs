namespace Pth.Tests.Security;

/// <summary>Files with wrong bytes in them: whatever they are, the scan ends and says something.</summary>
public sealed class ScannerDamageTests
{
    [Fact]
    public void No_damage_raises_an_exception()
    {
        var random = new Random(20_26);
        foreach (byte[] file in Seeds())
        {
            for (int i = 0; i < 150; i++)
            {
                byte[] damaged = Damage(file, random);

                ScannedFile result = ScanAssert.Scan(damaged);

                Assert.Null(result.Error);
            }
        }
    }

    private static IEnumerable<byte[]> Seeds() =>
        Directory
            .EnumerateFiles(Path.Combine(Repository.Fixtures, "torch-2.14.1"))
            .Where(path => !path.EndsWith(".json", StringComparison.Ordinal))
            .Select(File.ReadAllBytes)
            .Where(bytes => bytes.Length < 40_000)
            .Append(Opcodes.Calling("os", "system"))
            .Append(new ZipBytes().Add("a", Opcodes.Calling("os", "system"), method: 8).Build());

    private static byte[] Damage(byte[] file, Random random)
    {
        byte[] damaged = (byte[])file.Clone();
        int count = random.Next(1, 6);
        for (int i = 0; i < count; i++)
        {
            // Headers lie at the end of a zip; half of the damage goes there.
            int start = random.Next(2) == 0 ? 0 : Math.Max(damaged.Length - 600, 0);
            int at = random.Next(start, damaged.Length);
            damaged[at] = random.Next(3) switch
            {
                0 => 0xFF,
                1 => 0,
                _ => (byte)random.Next(256),
            };
            if (random.Next(4) == 0)
            {
                damaged.AsSpan(at, Math.Min(4, damaged.Length - at)).Fill(0xFF);
            }
        }
        return random.Next(5) == 0 ? damaged[..random.Next(damaged.Length)] : damaged;
    }
}
