namespace Understudy.Inference.Grammars;

/// <summary>A set of tokens, one bit each.</summary>
/// <param name="vocabulary">V</param>
public sealed class TokenMask(int vocabulary)
{
    private readonly ulong[] _bits = new ulong[(vocabulary + 63) / 64];

    /// <summary>Tokens in the set.</summary>
    public int Count { get; private set; }

    public bool this[int token] => (_bits[token / 64] >> (token % 64) & 1) != 0;

    public void Add(int token)
    {
        if (!this[token])
        {
            _bits[token / 64] |= 1UL << (token % 64);
            Count++;
        }
    }

    public void Clear()
    {
        Array.Clear(_bits);
        Count = 0;
    }

    /// <summary>Sets the logits of all other tokens to −∞.</summary>
    /// <param name="logits">[V]</param>
    public void Apply(Span<float> logits)
    {
        for (var word = 0; word < _bits.Length; word++)
        {
            var bits = _bits[word];
            if (bits == ulong.MaxValue)
            {
                continue;
            }

            var end = Math.Min((word * 64) + 64, logits.Length);
            for (var token = word * 64; token < end; token++, bits >>= 1)
            {
                if ((bits & 1) == 0)
                {
                    logits[token] = float.NegativeInfinity;
                }
            }
        }

        // A model may have more logits than its tokenizer has tokens.
        logits[Math.Min(_bits.Length * 64, logits.Length)..].Fill(float.NegativeInfinity);
    }
}
