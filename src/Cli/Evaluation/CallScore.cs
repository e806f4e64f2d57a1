using Understudy.Inference.FunctionCalls;

namespace Understudy.Cli.Evaluation;

/// <summary>Counts how good the calls of one model are.</summary>
/// <param name="intents">The task's.</param>
internal sealed class CallScore(IReadOnlyList<string> intents)
{
    private int _answers, _exact, _valid, _intents;

    /// <summary>Share of the answers that are the expected call; the order of slots does not count.</summary>
    public double ExactMatch => Share(_exact);

    /// <summary>Share of the answers that are a call with one of the task's intents.</summary>
    public double ValidJson => Share(_valid);

    /// <summary>Share of the answers that are a call with the expected intent.</summary>
    public double IntentAccuracy => Share(_intents);

    public void Add(string answer, FunctionCall expected)
    {
        _answers++;
        if (!FunctionCall.TryParse(answer, out var call) || !intents.Contains(call!.Intent))
        {
            return;
        }

        _valid++;
        _exact += call.Equals(expected) ? 1 : 0;
        _intents += call.Intent == expected.Intent ? 1 : 0;
    }

    private double Share(int count) => _answers == 0 ? 0 : (double)count / _answers;
}
