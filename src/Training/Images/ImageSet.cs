using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using SkiaSharp;
using static TorchSharp.torch;

namespace Understudy.Training.Images;

/// <summary>Small square pictures and their classes.</summary>
/// <param name="Pixels">[N, 3, size, size], red first.</param>
/// <param name="Labels">[N]</param>
/// <param name="Size">Side in pixels.</param>
internal sealed record ImageSet(byte[] Pixels, long[] Labels, int Size)
{
    /// <summary>Furthest that a training picture is moved, in pixels.</summary>
    private const int Shift = 3;

    /// <summary>Of a picture's area that a view for learning without labels shows.</summary>
    private const double SmallestPart = 0.3;

    private const double GreyShare = 0.2;

    private const float Middle = 0.47f * 255, Spread = 0.25f * 255;

    public int Count => Labels.Length;

    private int Values => 3 * Size * Size;

    /// <param name="folder">With <c>PART.tar.gz</c>, which holds JPEGs, and <c>PART.labels.tsv</c>: name, class, anything, tab-separated.</param>
    /// <param name="part"><c>train</c> or <c>test</c>.</param>
    /// <param name="limit">The first so many of the table; null for all.</param>
    /// <exception cref="InvalidDataException">A picture has another size than the first, or cannot be read.</exception>
    public static ImageSet Load(string folder, string part, int? limit, CancellationToken cancellationToken)
    {
        var rows = File.ReadLines(Path.Combine(folder, $"{part}.labels.tsv")).Take(limit ?? int.MaxValue)
            .Select((line, row) => (Fields: line.Split('\t'), Row: row))
            .ToDictionary(entry => entry.Fields[0], entry => (entry.Row, Label: long.Parse(entry.Fields[1], CultureInfo.InvariantCulture)));
        var labels = new long[rows.Count];
        var pixels = Array.Empty<byte>();
        var (size, found) = (0, 0);
        using var tar = new TarReader(new GZipStream(File.OpenRead(Path.Combine(folder, $"{part}.tar.gz")), CompressionMode.Decompress));
        while (found < rows.Count && tar.GetNextEntry(copyData: true) is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.DataStream is not { } stream || !rows.TryGetValue(Path.GetFileName(entry.Name), out var row))
            {
                continue;
            }

            using var picture = SKBitmap.Decode(stream) ?? throw new InvalidDataException($"'{entry.Name}' of {part}.tar.gz is no picture. Get the data set again.");
            if (size == 0)
            {
                size = picture.Width;
                pixels = new byte[rows.Count * 3 * size * size];
            }

            if (picture.Width != size || picture.Height != size)
            {
                throw new InvalidDataException($"'{entry.Name}' of {part}.tar.gz is {picture.Width} × {picture.Height} pixels where {size} × {size} are expected. Get the data set again.");
            }

            Copy(picture, pixels.AsSpan(row.Row * 3 * size * size, 3 * size * size), size);
            labels[row.Row] = row.Label;
            found++;
        }

        return found == rows.Count
            ? new(pixels, labels, size)
            : throw new InvalidDataException($"{part}.tar.gz lacks {rows.Count - found} of the pictures that {part}.labels.tsv names. Get the data set again.");
    }

    /// <summary>A part of the set, in order.</summary>
    public ImageSet Slice(int from, int count) => new(Pixels[(from * Values)..((from + count) * Values)], Labels[from..(from + count)], Size);

    /// <summary>The first so many of every class, in order.</summary>
    public ImageSet Each(int count)
    {
        int[] chosen = [.. Enumerable.Range(0, Count).GroupBy(at => Labels[at]).SelectMany(group => group.Take(count)).Order()];
        return new([.. chosen.SelectMany(at => Pixels.AsSpan(at * Values, Values).ToArray())], [.. chosen.Select(at => Labels[at])], Size);
    }

    /// <summary>Pictures as a network reads them.</summary>
    /// <param name="random">Mirrors and moves each by a few pixels; null to leave them as they are.</param>
    /// <returns>[B, 3, size, size] around 0, and the labels [B].</returns>
    public (Tensor Images, Tensor Labels) Batch(ReadOnlySpan<int> positions, Random? random)
    {
        var values = new float[positions.Length * Values];
        var labels = new long[positions.Length];
        for (var at = 0; at < positions.Length; at++)
        {
            labels[at] = Labels[positions[at]];
            Place(Pixels.AsSpan(positions[at] * Values, Values), values.AsSpan(at * Values, Values), random);
        }

        return (tensor(values, [positions.Length, 3, Size, Size]), tensor(labels));
    }

    /// <summary>Views of pictures for learning without labels: a part of each, enlarged, perhaps mirrored, its colours changed or gone.</summary>
    /// <returns>[B, 3, size, size]</returns>
    public Tensor Views(ReadOnlySpan<int> positions, Random random)
    {
        var values = new float[positions.Length * Values];
        for (var at = 0; at < positions.Length; at++)
        {
            View(Pixels.AsSpan(positions[at] * Values, Values), values.AsSpan(at * Values, Values), random);
        }

        return tensor(values, [positions.Length, 3, Size, Size]);
    }

    private void View(ReadOnlySpan<byte> from, Span<float> into, Random random)
    {
        var side = Size * Math.Sqrt(SmallestPart + ((1 - SmallestPart) * random.NextDouble()));
        var (left, top, mirror, grey) = (random.NextDouble() * (Size - side), random.NextDouble() * (Size - side), random.Next(2) == 0, random.NextDouble() < GreyShare);
        var (contrast, light) = (0.6f + (0.8f * random.NextSingle()), 0.8f * (random.NextSingle() - 0.5f));
        float[] tint = [1 + (0.4f * (random.NextSingle() - 0.5f)), 1 + (0.4f * (random.NextSingle() - 0.5f)), 1 + (0.4f * (random.NextSingle() - 0.5f))];
        var area = Size * Size;
        for (var row = 0; row < Size; row++)
        {
            for (var column = 0; column < Size; column++)
            {
                var x = (int)(left + ((mirror ? Size - 1 - column : column) + 0.5) * side / Size);
                var y = (int)(top + ((row + 0.5) * side / Size));
                var at = (y * Size) + x;
                var mean = grey ? (from[at] + from[area + at] + from[(2 * area) + at]) / 3f : 0;
                for (var channel = 0; channel < 3; channel++)
                {
                    var value = ((grey ? mean : from[(channel * area) + at]) - Middle) / Spread;
                    into[(channel * area) + (row * Size) + column] = (value * contrast * (grey ? 1 : tint[channel])) + light;
                }
            }
        }
    }

    private void Place(ReadOnlySpan<byte> from, Span<float> into, Random? random)
    {
        var (mirror, right, down) = random is null ? (false, 0, 0) : (random.Next(2) == 0, random.Next(-Shift, Shift + 1), random.Next(-Shift, Shift + 1));
        for (var line = 0; line < 3 * Size; line++)
        {
            var y = (line % Size) + down;
            for (var column = 0; column < Size; column++)
            {
                var x = (mirror ? Size - 1 - column : column) + right;
                // What is moved in from outside is middle grey.
                into[(line * Size) + column] = x < 0 || x >= Size || y < 0 || y >= Size ? 0 : (from[((line / Size * Size) + y) * Size + x] - Middle) / Spread;
            }
        }
    }

    private static void Copy(SKBitmap picture, Span<byte> into, int size)
    {
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var colour = picture.GetPixel(x, y);
                (into[(y * size) + x], into[((size + y) * size) + x], into[(((2 * size) + y) * size) + x]) = (colour.Red, colour.Green, colour.Blue);
            }
        }
    }
}
