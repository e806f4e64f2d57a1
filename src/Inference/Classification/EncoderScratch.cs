using Understudy.Inference.Features;

namespace Understudy.Inference.Classification;

/// <summary>
/// The memory that one call of an encoder works in, kept for the next call. What the model reads and writes is pinned, so that tensors
/// are views of it. Not thread-safe: rent one a call.
/// </summary>
internal sealed class EncoderScratch(NgramOptions? ngrams)
{
    private readonly NgramFeatures? _features = ngrams is null ? null : new NgramFeatures(ngrams);
    private int[] _tokens = new int[1024];
    private int _used;

    public List<EncodedText> Texts { get; } = [];

    public List<SparseVector> Ngrams { get; } = [];

    public long[] Ids = [];
    public long[] Mask = [];
    public long[] NgramIds = [];
    public float[] NgramWeights = [];
    public float[] Logits = [];

    public void Clear()
    {
        Texts.Clear();
        _used = 0;
    }

    public void Add(string text, int maxTokens, TextEncoder encode)
    {
        if (_tokens.Length < _used + maxTokens)
        {
            Array.Resize(ref _tokens, Math.Max(_tokens.Length * 2, _used + maxTokens));
        }

        var index = Texts.Count;
        var count = encode(text, maxTokens, _tokens.AsSpan(_used, maxTokens));
        if (count == 0)
        {
            _tokens[_used] = 0; // attention needs a token to look at, even in an empty text
            count = 1;
        }

        if (_features is not null)
        {
            if (Ngrams.Count == index)
            {
                Ngrams.Add(new SparseVector());
            }

            _features.Extract(text, Ngrams[index]);
        }

        Texts.Add(new(index, _used, count));
        _used += count;
    }

    public ReadOnlySpan<int> Tokens(EncodedText text) => _tokens.AsSpan(text.Start, text.Length);

    public static Memory<T> Grow<T>(ref T[] buffer, int size)
    {
        if (buffer.Length < size)
        {
            buffer = GC.AllocateUninitializedArray<T>(Math.Max(size, buffer.Length * 2), pinned: true);
        }

        return buffer.AsMemory(0, size);
    }
}
