using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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

    /// <summary>No rarity weight is greater.</summary>
    public const float LargestIdf = byte.MaxValue / IdfSteps;

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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Score(SparseVector features, Span<float> logits)
    {
        var indices = features.Indices;
        var values = features.Values;
        var squares = 0f;
        for (var i = 0; i < indices.Length; i++)
        {
            values[i] *= _idf[indices[i]];
            squares += values[i] * values[i];
        }

        var unit = squares > 0 ? 1f / MathF.Sqrt(squares) : 0f;
        _bias.CopyTo(logits);
        var labels = LabelCount;
        for (var i = 0; i < indices.Length; i++)
        {
            var value = values[i] * unit * _scale[indices[i]];
            if (value == 0)
            {
                continue;
            }

            AddRow(_weights.AsSpan(indices[i] * labels, labels), value, logits);
        }
    }

    /// <summary>sums += value · weights, sixteen at a time: a general conversion from int8 goes one by one, and this is where a text's time goes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow(ReadOnlySpan<sbyte> weights, float value, Span<float> sums)
    {
        ref var from = ref MemoryMarshal.GetReference(weights);
        ref var to = ref MemoryMarshal.GetReference(sums);
        var times = Vector128.Create(value);
        nuint at = 0;
        for (var end = (nuint)weights.Length; at + 16 <= end; at += 16)
        {
            var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref from, at));
            AddEight(low, at, times, ref to);
            AddEight(high, at + 8, times, ref to);
        }

        for (var label = (int)at; label < weights.Length; label++)
        {
            sums[label] += value * weights[label];
        }
    }

    private static void AddEight(Vector128<short> weights, nuint at, Vector128<float> times, ref float sums)
    {
        var (low, high) = Vector128.Widen(weights);
        ref var first = ref Unsafe.Add(ref sums, at);
        Vector128.MultiplyAddEstimate(Vector128.ConvertToSingle(low), times, Vector128.LoadUnsafe(ref first)).StoreUnsafe(ref first);
        Vector128.MultiplyAddEstimate(Vector128.ConvertToSingle(high), times, Vector128.LoadUnsafe(ref first, 4)).StoreUnsafe(ref first, 4);
    }

    public void Save(string path)
    {
        using var file = File.Create(path);
        using var writer = new BinaryWriter(file);
        writer.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new Header(Magic, LabelCount, Ngrams), JsonSerializerOptions.Web) + "\n"));
        Write(writer, _bias);
        writer.Write(Array.ConvertAll(_idf, IdfCode));
        writer.Write(MemoryMarshal.AsBytes<Half>(Array.ConvertAll(_scale, value => (Half)value)));
        writer.Write(MemoryMarshal.AsBytes<sbyte>(_weights));
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
        file.ReadExactly(MemoryMarshal.AsBytes(scales.AsSpan()));
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            model._idf[bucket] = codes[bucket] / IdfSteps;
            model._scale[bucket] = (float)scales[bucket];
        }

        file.ReadExactly(MemoryMarshal.AsBytes(model._weights.AsSpan()));
        return model;
    }

    private static byte IdfCode(float idf) => (byte)Math.Clamp(MathF.Round(idf * IdfSteps), 0, byte.MaxValue);

    private static void Write(BinaryWriter writer, float[] values) =>
        writer.Write(MemoryMarshal.AsBytes<float>(values));

    private static void Read(Stream file, float[] values) =>
        file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));

    private sealed record Header(string Format, int Labels, NgramOptions Ngrams);
}
