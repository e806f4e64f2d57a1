namespace Understudy.Inference.Tokenization;

/// <summary>A token that is found in the text before any model sees it.</summary>
/// <param name="Special">Stands for no text: it is read only where the caller asks for it, and decoded to nothing unless asked for.</param>
/// <param name="StripLeft">Takes the white space before it along; likewise right.</param>
/// <param name="SingleWord">Only where no letter or digit touches it.</param>
internal sealed record AddedToken(int Id, string Content, bool Special, bool StripLeft, bool StripRight, bool SingleWord, bool Normalized);
