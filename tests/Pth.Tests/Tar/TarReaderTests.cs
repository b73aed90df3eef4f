using System.Formats.Tar;
using System.Text;
using Pth.Bytes;
using Pth.Errors;
using Pth.Tar;
using TarEntry = Pth.Tar.TarEntry;
using TarEntryType = Pth.Tar.TarEntryType;
using TarReader = Pth.Tar.TarReader;
using Written = System.Formats.Tar.TarEntryType;

namespace Pth.Tests.Tar;

/// <summary>Archives that .NET's own writer makes, in each of its formats.</summary>
public class TarReaderTests
{
    public static TheoryData<TarEntryFormat> AllFormats =>
        [TarEntryFormat.V7, TarEntryFormat.Ustar, TarEntryFormat.Pax, TarEntryFormat.Gnu];

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void Entries_have_their_names_types_and_bytes(TarEntryFormat format)
    {
        (string Name, byte[] Data)[] files =
        [
            ("model.pt", Encoding.ASCII.GetBytes("abc")),
            ("folder/empty", []),
            ("folder/block", new byte[512]),
            ("folder/more", [.. Enumerable.Range(0, 1500).Select(i => (byte)i)]),
        ];
        byte[] archive = Write(
            format,
            [
                .. files.Select(file => Make(format, Written.RegularFile, file.Name, file.Data)),
                Make(format, Written.Directory, "folder/"),
                Make(format, Written.SymbolicLink, "link", link: "model.pt"),
            ]
        );
        List<TarEntry> entries = Read(archive);
        Assert.Equal([.. files.Select(file => file.Name), "folder/", "link"], entries.Select(entry => entry.Name));
        foreach ((TarEntry entry, (string _, byte[] data)) in entries.Zip(files))
        {
            Assert.Equal((TarEntryType.File, data.Length), (entry.Type, entry.Length));
            Assert.Equal(data, archive[(int)entry.Offset..(int)(entry.Offset + entry.Length)]);
        }
        Assert.Equal(TarEntryType.Folder, entries[^2].Type);
        Assert.Equal(
            (TarEntryType.SymbolicLink, "model.pt", 0),
            (entries[^1].Type, entries[^1].Link, entries[^1].Length)
        );
    }

    [Theory]
    [InlineData(TarEntryFormat.Ustar, 180)]
    [InlineData(TarEntryFormat.Pax, 1000)]
    [InlineData(TarEntryFormat.Gnu, 1000)]
    public void Long_names_are_whole(TarEntryFormat format, int length)
    {
        string folder = new('f', format == TarEntryFormat.Ustar ? 90 : length / 2);
        string name = $"{folder}/{new string('n', length - folder.Length - 1)}";
        string accents = format == TarEntryFormat.Ustar ? "plain" : "\u00e9t\u00e9/\u4e2d.pt";
        byte[] archive = Write(
            format,
            [Make(format, Written.RegularFile, name, [1]), Make(format, Written.RegularFile, accents, [2])]
        );
        Assert.Equal([name, accents], Read(archive).Select(entry => entry.Name));
    }

    [Fact]
    public void A_size_in_base_256_is_read_and_must_be_there()
    {
        byte[] archive = Write(TarEntryFormat.Gnu, [Make(TarEntryFormat.Gnu, Written.RegularFile, "a", new byte[600])]);
        byte[] size = [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x58];
        size.CopyTo(archive, 124);
        Assert.Equal(600, Assert.Single(Read(Summed(archive))).Length);

        byte[] huge = [0x80, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        huge.CopyTo(archive, 124);
        Refused(Summed(archive), CheckpointErrorKind.Truncated);
        huge[3] = 1;
        huge.CopyTo(archive, 124);
        Refused(Summed(archive), CheckpointErrorKind.InvalidTar);
        huge[0] = 0xFF;
        huge.CopyTo(archive, 124);
        Refused(Summed(archive), CheckpointErrorKind.InvalidTar);
    }

    [Fact]
    public void Damage_is_refused_with_its_place()
    {
        byte[] archive = Write(
            TarEntryFormat.Pax,
            [Make(TarEntryFormat.Pax, Written.RegularFile, new string('n', 300), new byte[700])]
        );
        Assert.Single(Read(archive));
        for (int i = 0; i < archive.Length; i++)
        {
            archive[i] ^= 0x15;
            try
            {
                Read(archive);
            }
            catch (CheckpointException error)
            {
                Assert.NotNull(error.Offset);
            }
            archive[i] ^= 0x15;
        }
        for (int length = 1; length < archive.Length; length++)
        {
            try
            {
                List<TarEntry> entries = Read(archive[..length]);
                Assert.Equal(700, Assert.Single(entries).Length);
            }
            catch (CheckpointException error)
            {
                Assert.True(
                    error.Kind is CheckpointErrorKind.Truncated or CheckpointErrorKind.InvalidTar,
                    error.Message
                );
            }
        }
    }

    [Fact]
    public void An_extended_header_without_its_entry_and_sparse_entries_are_refused()
    {
        byte[] archive = Write(
            TarEntryFormat.Gnu,
            [Make(TarEntryFormat.Gnu, Written.RegularFile, new string('n', 300), [1])]
        );
        Refused(archive[..1024], CheckpointErrorKind.Truncated);

        byte[] sparse = Write(TarEntryFormat.Gnu, [Make(TarEntryFormat.Gnu, Written.RegularFile, "a", [1])]);
        sparse[156] = (byte)'S';
        Refused(Summed(sparse), CheckpointErrorKind.Unsupported);
    }

    [Fact]
    public void Limits_hold_at_the_limit_and_not_past_it()
    {
        byte[] archive = Write(
            TarEntryFormat.Ustar,
            [
                Make(TarEntryFormat.Ustar, Written.RegularFile, "four", [1]),
                Make(TarEntryFormat.Ustar, Written.RegularFile, "five5", [1]),
            ]
        );
        Assert.Equal(2, Read(archive, new ReadLimits { MaxRecords = 2, MaxNameLength = 5 }).Count);
        Refused(archive, CheckpointErrorKind.LimitExceeded, new ReadLimits { MaxRecords = 1 });
        Refused(archive, CheckpointErrorKind.LimitExceeded, new ReadLimits { MaxNameLength = 4 });
    }

    [Fact]
    public void Other_files_are_no_tar()
    {
        Assert.False(TarReader.IsAt(new MemorySource(new byte[2048])));
        Assert.False(TarReader.IsAt(new MemorySource(new byte[10])));
        Assert.False(TarReader.IsAt(new MemorySource(Encoding.ASCII.GetBytes(new string('a', 600)))));
    }

    private static List<TarEntry> Read(byte[] archive, ReadLimits? limits = null)
    {
        var reader = new TarReader(new MemorySource(archive), new ErrorLocation("a.tar"), limits ?? ReadLimits.Default);
        var entries = new List<TarEntry>();
        while (reader.TryReadNext(out TarEntry? entry))
        {
            entries.Add(entry);
        }
        return entries;
    }

    private static void Refused(byte[] archive, CheckpointErrorKind kind, ReadLimits? limits = null) =>
        Assert.Equal(kind, Assert.Throws<CheckpointException>(() => Read(archive, limits)).Kind);

    private static System.Formats.Tar.TarEntry Make(
        TarEntryFormat format,
        Written type,
        string name,
        byte[]? data = null,
        string? link = null
    )
    {
        if (format == TarEntryFormat.V7 && type == Written.RegularFile)
        {
            type = Written.V7RegularFile;
        }
        System.Formats.Tar.TarEntry entry = format switch
        {
            TarEntryFormat.V7 => new V7TarEntry(type, name),
            TarEntryFormat.Ustar => new UstarTarEntry(type, name),
            TarEntryFormat.Pax => new PaxTarEntry(type, name),
            _ => new GnuTarEntry(type, name),
        };
        if (data is not null)
        {
            entry.DataStream = new MemoryStream(data);
        }
        if (link is not null)
        {
            entry.LinkName = link;
        }
        return entry;
    }

    private static byte[] Write(TarEntryFormat format, System.Formats.Tar.TarEntry[] entries)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, format, leaveOpen: true))
        {
            foreach (System.Formats.Tar.TarEntry entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }
        return stream.ToArray();
    }

    /// <summary>The archive with the sum of its first header put right.</summary>
    private static byte[] Summed(byte[] archive)
    {
        archive.AsSpan(148, 8).Fill((byte)' ');
        int sum = archive.Take(512).Sum(value => value);
        Encoding.ASCII.GetBytes($"{Convert.ToString(sum, 8).PadLeft(6, '0')}\0 ").CopyTo(archive, 148);
        return archive;
    }
}
