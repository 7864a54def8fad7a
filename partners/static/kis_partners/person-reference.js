/* Person references as entities of the rich-text editor. The text contains the person's role,
   inflected as the sentence needs it. With the person's consent the site shows the name before it
   or in its place. The editor shows the name in a tooltip only. */
(() => {
  "use strict";
  const { React, draftail } = window;
  const { EditorState, Modifier, RichUtils } = window.DraftJS;

  class PersonSource extends draftail.ModalWorkflowSource {
    getChooserConfig() {
      return {
        url: this.props.entityType.chooserUrls.person,
        urlParams: {},
        onload: window.CHOOSER_MODAL_ONLOAD_HANDLERS,
        responses: { chosen: this.onChosen },
      };
    }

    onChosen(person) {
      const { editorState, entityType, onComplete } = this.props;
      const selection = editorState.getSelection();
      const content = editorState
        .getCurrentContent()
        .createEntity(entityType.type, "MUTABLE", { id: String(person.id), label: person.string });
      const key = content.getLastCreatedEntityKey();
      const next = selection.isCollapsed()
        ? EditorState.push(
            editorState,
            Modifier.replaceText(content, selection, person.role, null, key),
            "insert-characters",
          )
        : RichUtils.toggleLink(editorState, selection, key);
      this.workflow.close();
      onComplete(next);
    }
  }

  const Person = (props) => {
    const { id, label } = props.contentState.getEntity(props.entityKey).getData();
    return React.createElement(draftail.TooltipEntity, {
      ...props,
      icon: id && label ? "#icon-user" : "#icon-warning",
      label: label || "?",
    });
  };

  ["PERSON", "PERSON-BEFORE"].forEach((type) =>
    draftail.registerPlugin({ type, source: PersonSource, decorator: Person }, "entityTypes"),
  );
})();
