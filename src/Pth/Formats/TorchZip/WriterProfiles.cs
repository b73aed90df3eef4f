namespace Pth.Formats.TorchZip;

/// <summary>What each <see cref="WriterProfile"/> writes.</summary>
internal static class WriterProfiles
{
    extension(WriterProfile profile)
    {
        /// <summary>Whether <c>.format_version</c> and <c>.storage_alignment</c> follow <c>data.pkl</c>.</summary>
        public bool HasFormatVersion => profile == WriterProfile.PyTorch27;

        /// <summary>Whether storages are written in the order of their keys as numbers; else as text.</summary>
        public bool OrdersStoragesByNumber => profile == WriterProfile.PyTorch27;

        /// <summary>Whether <c>byteorder</c> stands before the storages and <c>.data/serialization_id</c> ends the file.</summary>
        public bool HasByteOrder => profile is WriterProfile.PyTorch27 or WriterProfile.PyTorch21;
    }
}
