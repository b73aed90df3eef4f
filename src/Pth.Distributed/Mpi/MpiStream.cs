namespace Pth.Distributed.Mpi;

/// <summary>
/// The messages of one kind between this rank and another, in one direction. They are complete in the order in which they were begun.
/// </summary>
/// <param name="mpi">The library.</param>
/// <param name="peer">The other rank.</param>
/// <param name="tag">The kind.</param>
/// <param name="receives">The direction.</param>
/// <param name="messageBytes">The most in one message; what is longer is sent as several.</param>
internal sealed unsafe class MpiStream(MpiLibrary mpi, int peer, int tag, bool receives, long messageBytes)
{
    private readonly Queue<Message> _messages = new();

    public int Peer => peer;

    /// <summary>Called, on the communication thread, for each <see cref="Begin"/> that is complete.</summary>
    public Action? Done { get; set; }

    public bool IsActive => _messages.Count > 0;

    /// <summary>Begins to send or receive.</summary>
    public void Begin(byte* memory, long bytes)
    {
        long at = 0;
        do
        {
            int length = (int)Math.Min(messageBytes, bytes - at);
            nint request = receives
                ? mpi.Receive(memory + at, length, peer, tag)
                : mpi.Send(memory + at, length, peer, tag);
            at += length;
            _messages.Enqueue(new Message(request, length, at == bytes));
        } while (at < bytes);
    }

    /// <summary>Takes what is complete from the front.</summary>
    /// <returns>Whether anything was.</returns>
    public bool Progress(byte* status)
    {
        bool moved = false;
        while (_messages.TryPeek(out Message message))
        {
            if (!mpi.Test(ref message.Request, status))
            {
                break;
            }
            moved = true;
            if (receives && mpi.Received(status) is int came && came != message.Bytes)
            {
                throw new ProcessGroupException(
                    ProcessGroupErrorKind.Disagreement,
                    mpi.Rank,
                    mpi.Size,
                    null,
                    $"{came} bytes came from rank {peer}, expected {message.Bytes}: the ranks ask for different things"
                );
            }
            _messages.Dequeue();
            if (message.IsLast)
            {
                Done?.Invoke();
            }
        }
        return moved;
    }

    /// <summary>Gives up what is under way.</summary>
    public void Abandon()
    {
        while (_messages.TryDequeue(out Message message))
        {
            if (receives)
            {
                mpi.Cancel(message.Request);
            }
        }
        Done = null;
    }

    private record struct Message(nint Request, int Bytes, bool IsLast)
    {
        public nint Request = Request;
    }
}
