using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Understudy.Inference.Decoding;

/// <summary>
/// Everything that a run over a given number of tokens reads and writes, bound once: further runs of that size write a few numbers and
/// go, with no managed allocation. Becomes invalid when the cache's tensors are replaced.
/// </summary>
internal sealed class GroupedQueryBinding : IDisposable
{
    private readonly OrtIoBinding _binding;
    private readonly NativeTensor<long> _ids, _positions, _padding, _rows;
    private readonly NativeTensor<int> _lengths, _total;
    private readonly NativeTensor<float> _bias, _logits, _hidden;
    private bool _biased;

    /// <param name="tokens">S</param>
    /// <param name="rows">R: the last rows of S that get logits.</param>
    public GroupedQueryBinding(InferenceSession session, DecoderShape shape, KeyValueCache cache, int tokens, int rows)
    {
        (Tokens, Rows) = (tokens, rows);
        _binding = session.CreateIoBinding();
        _binding.BindInput(DecoderNames.Ids, (_ids = new(TensorElementType.Int64, 1, tokens)).Value);
        _binding.BindInput(DecoderNames.Positions, (_positions = new(TensorElementType.Int64, 1, tokens)).Value);
        _binding.BindInput(DecoderNames.Lengths, (_lengths = new(TensorElementType.Int32, 1)).Value);
        _binding.BindInput(DecoderNames.Total, (_total = new(TensorElementType.Int32, 1)).Value);
        _binding.BindInput(DecoderNames.Bias, (_bias = new(TensorElementType.Float, 1, 1, tokens, tokens)).Value);
        _binding.BindInput(DecoderNames.Padding, (_padding = new(TensorElementType.Int64, 8)).Value);
        _binding.BindInput(DecoderNames.Rows, (_rows = new(TensorElementType.Int64, rows)).Value);
        _binding.BindOutput(DecoderNames.Logits, (_logits = new(TensorElementType.Float, rows, shape.Vocabulary)).Value);
        _binding.BindOutput(DecoderNames.Hidden, (_hidden = new(TensorElementType.Float, rows, shape.Width)).Value);
        for (var i = 0; i < cache.Layers.Length; i++)
        {
            _binding.BindInput(DecoderNames.Past(i / 2, i % 2 == 0), cache.Layers[i].Value);
            _binding.BindOutput(DecoderNames.Present(i / 2, i % 2 == 0), cache.Layers[i].Value);
        }

        for (var row = 0; row < rows; row++)
        {
            _rows.Span[row] = tokens - rows + row;
        }
    }

    public int Tokens { get; }

    public int Rows { get; }

    public Span<float> Logits => _logits.Span;

    public ReadOnlySpan<float> Hidden => _hidden.Span;

    /// <param name="past">Tokens in the cache.</param>
    /// <param name="parents">Empty for a chain.</param>
    public void Run(InferenceSession session, RunOptions options, int past, ReadOnlySpan<int> tokens, ReadOnlySpan<int> parents)
    {
        var ids = _ids.Span;
        var positions = _positions.Span;
        for (var i = 0; i < tokens.Length; i++)
        {
            ids[i] = tokens[i];
            positions[i] = parents.IsEmpty ? past + i : parents[i] < 0 ? past : positions[parents[i]] + 1;
        }

        SetBias(parents);
        _lengths.Span[0] = past + tokens.Length - 1;
        _total.Span[0] = past + tokens.Length;
        _padding.Span[3] = past;
        session.RunWithBinding(options, _binding);
    }

    public void Dispose()
    {
        _binding.Dispose();
        foreach (IDisposable tensor in (ReadOnlySpan<IDisposable>)[_ids, _positions, _padding, _rows, _lengths, _total, _bias, _logits, _hidden])
        {
            tensor.Dispose();
        }
    }

    /// <summary>A token of a tree sees its ancestors and itself: a row is its parent's, and itself. The chain's triangle the operator knows.</summary>
    private void SetBias(ReadOnlySpan<int> parents)
    {
        if (parents.IsEmpty)
        {
            if (_biased)
            {
                _bias.Span.Clear();
                _biased = false;
            }

            return;
        }

        var bias = _bias.Span;
        var size = parents.Length;
        for (var i = 0; i < size; i++)
        {
            var row = bias.Slice(i * size, size);
            if (parents[i] < 0)
            {
                row.Fill(float.NegativeInfinity);
            }
            else
            {
                bias.Slice(parents[i] * size, size).CopyTo(row);
            }

            row[i] = 0;
        }

        _biased = true;
    }
}
