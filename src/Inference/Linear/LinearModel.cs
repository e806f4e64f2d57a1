using System.Numerics.Tensors;
using System.Text;
using System.Text.Json;
using Understudy.Inference.Features;

namespace Understudy.Inference.Linear;

/// <summary>
/// A multinomial linear model over hashed n-grams: int8 weights with one scale a bucket, and a rarity weight (idf) a bucket.
/// The file is a header line of JSON, then bias [labels] float32, idf [buckets] uint8 in steps of 1/24, scale [buckets] float16, weights [buckets, labels] int8.
/// </summary>
/// <remarks>Immutable, so safe to share between threads.</remarks>
public sealed class LinearModel
{
    /// <summary>Rarity weights are kept in steps of one over this.</summary>
    public const float IdfSteps = 24;

    private const string Magic = "understudy-linear-1";

    private readonly float[] _bias;
    private readonly float[] _idf;
    private readonly float[] _scale;
    private readonly sbyte[] _weights;

    private LinearModel(NgramOptions ngrams, float[] bias, float[] idf, float[] scale, sbyte[] weights)
    {
        Ngrams = ngrams;
        _bias = bias;
        _idf = idf;
        _scale = scale;
        _weights = weights;
    }

    public NgramOptions Ngrams { get; }

    public int LabelCount => _bias.Length;

    public long Parameters => _weights.LongLength + _bias.Length;

    /// <summary>Rarity weight of every bucket, [buckets].</summary>
    public ReadOnlySpan<float> Idf => _idf;

    /// <summary>One scale a bucket, [buckets]: weight ≈ int8 · scale.</summary>
    public ReadOnlySpan<float> Scales => _scale;

    /// <summary>Quantised weights, [buckets, labels].</summary>
    public ReadOnlySpan<sbyte> Weights => _weights;

    /// <summary>Bias of every label, [labels].</summary>
    public ReadOnlySpan<float> Bias => _bias;

    /// <summary>A rarity weight as the model keeps it.</summary>
    public static float RoundIdf(float idf) => IdfCode(idf) / IdfSteps;

    /// <summary>Quantises trained weights.</summary>
    /// <param name="weights">[buckets, labels], row-major.</param>
    public static LinearModel Quantise(NgramOptions ngrams, float[] bias, float[] idf, float[] weights)
    {
        var labels = bias.Length;
        var scale = new float[ngrams.Buckets];
        var small = new sbyte[weights.Length];
        for (var bucket = 0; bucket < ngrams.Buckets; bucket++)
        {
            var row = weights.AsSpan(bucket * labels, labels);
            var largest = Math.Abs(TensorPrimitives.MaxMagnitude<float>(row));
            if (largest == 0)
            {
                continue;
            }

            scale[bucket] = (float)(Half)(largest / 127f);
            if (scale[bucket] == 0)
            {
                continue;
            }

            for (var label = 0; label < labels; label++)
            {
                small[(bucket * labels) + label] = (sbyte)Math.Clamp(MathF.Round(row[label] / scale[bucket]), -127, 127);
            }
        }

        return new(ngrams, bias, [.. idf.Select(RoundIdf)], scale, small);
    }

    /// <summary>Logits of one text's features.</summary>
    /// <param name="features">As extracted; its values are overwritten.</param>
    /// <param name="logits">[labels].</param>
    public void Score(SparseVector features, Span<float> logits)
    {
        var indices = features.Indices;
        var values = features.Values;
        for (var i = 0; i < indices.Length; i++)
        {
            values[i] *= _idf[indices[i]];
        }

        var norm = TensorPrimitives.Norm<float>(values);
        var unit = norm > 0 ? 1f / norm : 0f;
        _bias.CopyTo(logits);
        var labels = LabelCount;
        Span<float> row = labels <= 256 ? stackalloc float[labels] : new float[labels];
        for (var i = 0; i < indices.Length; i++)
        {
            var value = values[i] * unit * _scale[indices[i]];
            if (value == 0)
            {
                continue;
            }

            var weights = _weights.AsSpan(indices[i] * labels, labels);
            if (labels < 8)
            {
                for (var label = 0; label < labels; label++)
                {
                    logits[label] += value * weights[label];
                }
            }
            else
            {
                TensorPrimitives.ConvertTruncating<sbyte, float>(weights, row);
                TensorPrimitives.MultiplyAdd(row, value, logits, logits);
            }
        }
    }

    public void Save(string path)
    {
        using var file = File.Create(path);
        using var writer = new BinaryWriter(file);
        writer.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new Header(Magic, LabelCount, Ngrams), JsonSerializerOptions.Web) + "\n"));
        Write(writer, _bias);
        writer.Write(Array.ConvertAll(_idf, IdfCode));
        writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<Half>(Array.ConvertAll(_scale, value => (Half)value)));
        writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<sbyte>(_weights));
    }

    /// <exception cref="InvalidDataException">The file is no linear model, or shorter or longer than its header says.</exception>
    public static LinearModel Load(string path)
    {
        using var file = File.OpenRead(path);
        var line = new List<byte>();
        for (var next = file.ReadByte(); next != '\n'; next = file.ReadByte())
        {
            if (next < 0 || line.Count > 4096)
            {
                throw new InvalidDataException($"'{path}' is no linear model: it has no header line. Export it again.");
            }

            line.Add((byte)next);
        }

        Header? header;
        try
        {
            header = JsonSerializer.Deserialize<Header>(line.ToArray(), JsonSerializerOptions.Web);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"'{path}' is no linear model: its header is no JSON ({error.Message}). Export it again.", error);
        }

        if (header is not { Format: Magic, Labels: > 0, Ngrams.Buckets: > 0 })
        {
            throw new InvalidDataException($"'{path}' is no linear model of format '{Magic}'. Export it again.");
        }

        var buckets = header.Ngrams.Buckets;
        var expected = line.Count + 1 + (4L * header.Labels) + (3L * buckets) + ((long)buckets * header.Labels);
        if (file.Length != expected)
        {
            throw new InvalidDataException($"'{path}' has {file.Length} bytes where its header asks for {expected}: it is truncated or damaged. Copy or export it again.");
        }

        var model = new LinearModel(header.Ngrams, new float[header.Labels], new float[buckets], new float[buckets], new sbyte[(long)buckets * header.Labels]);
        Read(file, model._bias);
        var codes = new byte[buckets];
        file.ReadExactly(codes);
        var scales = new Half[buckets];
        file.ReadExactly(System.Runtime.InteropServices.MemoryMarshal.AsBytes(scales.AsSpan()));
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            model._idf[bucket] = codes[bucket] / IdfSteps;
            model._scale[bucket] = (float)scales[bucket];
        }

        file.ReadExactly(System.Runtime.InteropServices.MemoryMarshal.AsBytes(model._weights.AsSpan()));
        return model;
    }

    private static byte IdfCode(float idf) => (byte)Math.Clamp(MathF.Round(idf * IdfSteps), 0, 255);

    private static void Write(BinaryWriter writer, float[] values) =>
        writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values));

    private static void Read(Stream file, float[] values) =>
        file.ReadExactly(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));

    private sealed record Header(string Format, int Labels, NgramOptions Ngrams);
}
