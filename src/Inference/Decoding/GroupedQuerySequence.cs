using Microsoft.ML.OnnxRuntime;

namespace Understudy.Inference.Decoding;

/// <summary>A sequence in one of our own graphs.</summary>
internal sealed class GroupedQuerySequence(InferenceSession session, DecoderShape shape) : SequenceState
{
    /// <summary>Bindings kept for runs of other sizes.</summary>
    private const int MaxBindings = 12;

    /// <summary>Longer runs are cut, so that their scratch memory stays small.</summary>
    private const int Chunk = 256;

    private readonly RunOptions _options = new();
    private readonly KeyValueCache _cache = new(shape);
    private readonly List<GroupedQueryBinding> _bindings = []; // the one used last stands last

    public override Span<float> Logits => _bindings[^1].Logits;

    public override ReadOnlySpan<float> Hidden => _bindings[^1].Hidden;

    public override void Run(ReadOnlySpan<int> tokens, ReadOnlySpan<int> parents, int rows)
    {
        while (parents.IsEmpty && tokens.Length - Chunk >= rows)
        {
            RunAtOnce(tokens[..Chunk], [], 1);
            tokens = tokens[Chunk..];
        }

        RunAtOnce(tokens, parents, rows);
    }

    public override void Truncate(int length) => Length = Math.Min(Length, length);

    public override void Keep(int start, ReadOnlySpan<int> rows)
    {
        _cache.Compact(start, rows);
        Length = start + rows.Length;
    }

    public override void Dispose()
    {
        ClearBindings();
        _cache.Dispose();
        _options.Dispose();
    }

    private void RunAtOnce(ReadOnlySpan<int> tokens, ReadOnlySpan<int> parents, int rows)
    {
        if (_cache.Reserve(Length + tokens.Length, Length))
        {
            ClearBindings();
        }

        Bind(tokens.Length, rows).Run(session, _options, Length, tokens, parents);
        Length += tokens.Length;
    }

    private GroupedQueryBinding Bind(int tokens, int rows)
    {
        GroupedQueryBinding? binding = null;
        for (var i = _bindings.Count - 1; i >= 0; i--)
        {
            if (_bindings[i].Tokens == tokens && _bindings[i].Rows == rows)
            {
                binding = _bindings[i];
                _bindings.RemoveAt(i);
                break;
            }
        }

        if (binding is null)
        {
            if (_bindings.Count == MaxBindings)
            {
                _bindings[0].Dispose();
                _bindings.RemoveAt(0);
            }

            binding = new(session, shape, _cache, tokens, rows);
        }

        _bindings.Add(binding);
        return binding;
    }

    private void ClearBindings()
    {
        foreach (var binding in _bindings)
        {
            binding.Dispose();
        }

        _bindings.Clear();
    }
}
