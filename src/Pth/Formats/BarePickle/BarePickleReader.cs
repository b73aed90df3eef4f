using Pth.Bytes;
using Pth.Errors;
using Pth.Pickle;

namespace Pth.Formats.BarePickle;

/// <summary>Reads a lone pickle of any protocol, as <c>pickle.dump</c> writes it.</summary>
internal sealed class BarePickleReader : IContainerReader
{
    private const int HighestProtocol = 5;

    /// <summary>What may be taken of memory to see whether something is a pickle.</summary>
    private const long LookMemory = 4 << 20;

    /// <summary>The opcodes by which pickles of the protocols 0 and 1 begin: those that put a value on the stack.</summary>
    private static ReadOnlySpan<byte> TextOpcodes => "()]}cILFSVNJKMGTUX"u8;

    /// <inheritdoc />
    public bool Recognizes(ByteSource source)
    {
        if (source.Length < 2)
        {
            return false;
        }
        Span<byte> buffer = stackalloc byte[4];
        ReadOnlySpan<byte> head = source.Read(0, (int)Math.Min(source.Length, 3), buffer);
        if (head[0] == (byte)Opcode.PROTO)
        {
            // A length of 640 and the like begins so too, and goes on with zeros.
            return head[1] is >= 2 and <= HighestProtocol && head.Length > 2 && Enum.IsDefined((Opcode)head[2]);
        }
        if (!TextOpcodes.Contains(head[0]) || source.Read(source.Length - 1, 1, buffer[3..])[0] != (byte)Opcode.STOP)
        {
            return false;
        }
        // Much begins with a letter and ends with a full stop: only a pickle can be read as one.
        try
        {
            ReadLimits limits = ReadLimits.Default.ForLook(LookMemory);
            var reader = new PickleReader(source, new ErrorLocation(source.Name), limits);
            _ = reader.Read();
            return reader.Position == source.Length;
        }
        catch (CheckpointException refused)
        {
            // What makes so many values is one. To read it whole twice would take twice the memory.
            return refused.Kind == CheckpointErrorKind.LimitExceeded;
        }
    }

    /// <inheritdoc />
    public ContainerContent Open(ByteSource source, OpenContext context)
    {
        var location = new ErrorLocation(source.Name);
        var resolver = new BareResolver(context, location);
        try
        {
            var reader = new PickleReader(source, location, context.Options.Limits, resolver);
            PyValue root = reader.ReadLast();
            var info = new ContainerInfo
            {
                Kind = "pickle",
                Writer = $"Python, protocol {reader.Protocol}",
                Version = reader.Protocol,
                StorageAlignment = 1,
            };
            return new ContainerContent(ArrayTensors.Replace(root), info) { Owned = [.. resolver.Opened] };
        }
        catch
        {
            foreach (ContainerContent content in resolver.Opened)
            {
                content.Dispose();
            }
            throw;
        }
    }
}
