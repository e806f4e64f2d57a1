using System.Buffers;

namespace Understudy.Workflows.Blobs;

/// <summary>Puts lines into the places that others left empty.</summary>
internal static class LineFill
{
    private const byte End = (byte)'\n';

    /// <param name="lines">Lines, each with its end; an empty one is a place.</param>
    /// <param name="missing">What belongs there, in order, each with its end; an empty one leaves its place out.</param>
    /// <exception cref="InvalidDataException">There are more or fewer places than lines for them.</exception>
    public static byte[] Fill(ReadOnlySpan<byte> lines, ReadOnlySpan<byte> missing)
    {
        var filled = new ArrayBufferWriter<byte>(lines.Length + missing.Length + 1);
        while (!lines.IsEmpty)
        {
            var line = Take(ref lines);
            line = line.Length > 1 ? line : missing.IsEmpty ? throw Unequal() : Take(ref missing);
            filled.Write(line.Length > 1 ? line : []);
        }

        return missing.IsEmpty ? filled.WrittenSpan.ToArray() : throw Unequal();
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> lines)
    {
        var length = lines.IndexOf(End) + 1;
        var line = length == 0 ? lines : lines[..length];
        lines = lines[line.Length..];
        return line;
    }

    private static InvalidDataException Unequal() =>
        new("A work blob has more or fewer empty lines than there are lines to take their places; the batch has to be started again.");
}
