using Microsoft.ML.OnnxRuntime.Tensors;

namespace Understudy.Inference.Decoding;

/// <summary>
/// Keys and values of one sequence in native memory, [1, KV, capacity, hd] a layer. The runtime appends in place. Cutting the sequence
/// back costs nothing: what lies past its length is never read. Grows by doubling. Not thread-safe.
/// </summary>
internal sealed class KeyValueCache : IDisposable
{
    private const int Smallest = 256;

    /// <summary>Attention writes an empty row behind the last token's.</summary>
    private const int Spare = 1;

    private readonly DecoderShape _shape;
    private int _capacity; // tokens that there is room for

    public KeyValueCache(DecoderShape shape)
    {
        _shape = shape;
        _capacity = Math.Min(Smallest, shape.MaxTokens + Spare);
        Layers = Allocate();
    }

    /// <summary>Of each layer its keys, then its values.</summary>
    public NativeTensor<float>[] Layers { get; private set; }

    /// <summary>Makes room for <paramref name="tokens"/>, keeping the first <paramref name="length"/>; true when the tensors are others now.</summary>
    public bool Reserve(int tokens, int length)
    {
        tokens += Spare;
        if (tokens <= _capacity)
        {
            return false;
        }

        var (old, oldCapacity) = (Layers, _capacity);
        _capacity = Math.Min(Math.Max(tokens, _capacity * 2), _shape.MaxTokens + Spare);
        Layers = Allocate();
        for (var i = 0; i < old.Length; i++)
        {
            for (var head = 0; head < _shape.KvHeads; head++)
            {
                old[i].Slice((nint)head * oldCapacity * _shape.HeadDim, length * _shape.HeadDim)
                    .CopyTo(Layers[i].Slice((nint)head * _capacity * _shape.HeadDim, length * _shape.HeadDim));
            }

            old[i].Dispose();
        }

        return true;
    }

    /// <summary>Moves the tokens at <paramref name="start"/> + rows[i] to <paramref name="start"/> + i.</summary>
    /// <param name="rows">Ascending.</param>
    public void Compact(int start, ReadOnlySpan<int> rows)
    {
        var first = 0;
        while (first < rows.Length && rows[first] == first)
        {
            first++;
        }

        if (first == rows.Length)
        {
            return;
        }

        foreach (var tensor in Layers)
        {
            for (var head = 0; head < _shape.KvHeads; head++)
            {
                var tokens = tensor.Slice(((nint)head * _capacity + start) * _shape.HeadDim, (rows[^1] + 1) * _shape.HeadDim);
                for (var i = first; i < rows.Length; i++)
                {
                    tokens.Slice(rows[i] * _shape.HeadDim, _shape.HeadDim).CopyTo(tokens[(i * _shape.HeadDim)..]);
                }
            }
        }
    }

    public void Dispose()
    {
        foreach (var tensor in Layers)
        {
            tensor.Dispose();
        }
    }

    private NativeTensor<float>[] Allocate()
    {
        var tensors = new NativeTensor<float>[_shape.Layers * 2];
        for (var i = 0; i < tensors.Length; i++)
        {
            tensors[i] = new(TensorElementType.Float, 1, _shape.KvHeads, _capacity, _shape.HeadDim);
        }

        return tensors;
    }
}
