namespace Pth.Fuzz;

/// <summary>A reader, and what is done with all that it gives.</summary>
internal interface IFuzzTarget
{
    /// <summary>What <c>fuzz/run</c> and the folders call it.</summary>
    string Name { get; }

    /// <summary>How often it reads an input: the limits are those of one reading.</summary>
    int Readings => 1;

    /// <summary>Reads an input and touches all that was read.</summary>
    /// <exception cref="CheckpointException">The input is refused; the only exception that may leave.</exception>
    void Read(ReadOnlyMemory<byte> input);
}
