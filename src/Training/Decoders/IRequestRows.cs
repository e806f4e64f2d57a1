namespace Understudy.Training.Decoders;

/// <summary>Requests and their answers as token rows; only the answer is to be predicted.</summary>
internal interface IRequestRows
{
    int Count { get; }

    /// <summary>Tokens of a request as it stands.</summary>
    int Length(int request);

    /// <summary>A request, perhaps varied.</summary>
    TokenRow Row(int request, Random random);
}
