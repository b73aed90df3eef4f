namespace Pth.Formats.Torch;

/// <summary>What old files say of the machine that wrote them: a dictionary with <c>protocol_version</c>, <c>little_endian</c> and <c>type_sizes</c>.</summary>
internal static class SystemInfo
{
    /// <summary>What is unusual about it.</summary>
    public static string? NoteOn(PyValue system) =>
        // PyTorch never looks at this entry: its writer turns the numbers of a big-endian machine.
        system is PyDict facts
        && facts.TryGetValue("little_endian", out PyValue? order)
        && order is PyBool { Value: false }
            ? "Written on a big-endian machine. PyTorch takes the numbers of such files for little-endian all the same, and so does Pth."
            : null;
}
