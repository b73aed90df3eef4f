using System.Text;

namespace Pth.Distributed.Checkpoints;

/// <summary>What one rank does and all wait for.</summary>
internal static class RankZero
{
    /// <summary>Runs something on rank 0. No rank returns before it is done, and all throw when it fails.</summary>
    /// <exception cref="RankZeroException">It failed on rank 0.</exception>
    /// <exception cref="ProcessGroupException">Rank 0 is gone.</exception>
    public static void Run(ProcessGroup group, Action action) =>
        Tell(
            group,
            () =>
            {
                action();
                return [];
            }
        );

    /// <summary>Makes bytes on rank 0 and gives them to all ranks.</summary>
    /// <exception cref="RankZeroException">They could not be made.</exception>
    /// <exception cref="ProcessGroupException">Rank 0 is gone.</exception>
    public static byte[] Tell(ProcessGroup group, Func<byte[]> make)
    {
        byte[] told = [];
        Exception? failure = null;
        if (group.Rank == 0)
        {
            try
            {
                told = make();
            }
            catch (Exception fault)
            {
                // Whatever it is, the others wait to be told.
                failure = fault;
                told = Encoding.UTF8.GetBytes(fault.Message);
            }
        }
        // Whether it failed, and how many bytes there are to tell.
        long[] head = [failure is null ? 0 : 1, told.Length];
        group.Broadcast<long>(head);
        if (group.Rank != 0)
        {
            told = new byte[head[1]];
        }
        if (told.Length > 0)
        {
            group.Broadcast<byte>(told);
        }
        return head[0] == 0 ? told : throw new RankZeroException(Encoding.UTF8.GetString(told), failure);
    }
}
