namespace Understudy.Cli.Evaluation;

/// <summary>A text and what makes an answer to it right.</summary>
internal interface IExpectedAnswer
{
    string Text { get; }

    bool IsRight(string answer);
}
