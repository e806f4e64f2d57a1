using System.Numerics.Tensors;

namespace Understudy.Training.Linear;

/// <summary>
/// How unevenly the labels share a feature: of the labels' log-count ratios against all others (Wang and Manning, ACL 2012, there of two
/// labels) the greatest, without its sign. It weighs a feature; which way it points is left to what is trained on it.
/// </summary>
internal sealed class LabelRatios
{
    private readonly int _labels;
    private readonly float[] _counts;
    private readonly float[] _texts;
    private readonly float _allTexts;

    /// <param name="rows">For each text the features that it has.</param>
    /// <param name="targets">For each text a probability a label, [labels]: it counts for each label by so much.</param>
    public LabelRatios(int features, IReadOnlyList<int[]> rows, IReadOnlyList<float[]> targets)
    {
        _labels = targets[0].Length;
        _counts = new float[(long)features * _labels];
        _texts = new float[_labels];
        for (var row = 0; row < rows.Count; row++)
        {
            for (var label = 0; label < _labels; label++)
            {
                var share = targets[row][label];
                if (share == 0)
                {
                    continue;
                }

                _texts[label] += share;
                foreach (var feature in rows[row])
                {
                    _counts[(feature * _labels) + label] += share;
                }
            }
        }

        _allTexts = TensorPrimitives.Sum<float>(_texts);
    }

    /// <summary>0 where every label has the feature as often; each side is counted as if one text more had it and one more had not.</summary>
    public float Of(int feature)
    {
        var counts = _counts.AsSpan(feature * _labels, _labels);
        var all = TensorPrimitives.Sum<float>(counts);
        var most = 0f;
        for (var label = 0; label < _labels; label++)
        {
            var here = (counts[label] + 1) / (_texts[label] + 2);
            var elsewhere = (all - counts[label] + 1) / (_allTexts - _texts[label] + 2);
            most = MathF.Max(most, MathF.Abs(MathF.Log(here / elsewhere)));
        }

        return most;
    }
}
